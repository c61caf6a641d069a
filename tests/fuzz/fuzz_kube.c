/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers of a cluster: the first byte says which.  Whatever it tells of its
 * pods and logs, names stay fit for URLs, lines are UTF-8 without controls, and
 * reading on from a cursor never goes back.
 *
 * Links: modules/worker/kube/kube_read.c modules/worker/kube/kube_pod.c
 * Links: modules/worker/kube/kube_log.c modules/worker/log_text.c
 * Links: modules/worker/peer.c
 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/doors/json.h"
#include "modules/worker/kube/kube_log.h"
#include "modules/worker/kube/kube_pod.h"
#include "modules/worker/kube/kube_read.h"
#include "tests/fuzz/fuzz.h"

#define LINES	16

static void
words_look(const char *text)
{
	for (; text != NULL && *text != '\0'; text++)
		must(*text >= 0x20 && *text <= 0x7e);
}

static void
log_look(struct ctx *ctx, struct str text, bool cut)
{
	struct runtime_log log = { .max = LINES, .lines = arena_array(ctx->mem,
	    LINES + 1, sizeof(struct runtime_line)) };
	int64_t at = INT64_C(1767225601000000000), before = at;
	size_t i;

	if (log.lines == NULL || kube_log_read(ctx, text, cut, &at, &log) !=
	    ERR_OK)
		return;
	must(log.nlines <= LINES);
	must(at == before || log.nlines > 0);
	for (i = 0; i < log.nlines; i++) {
		must(strlen(log.lines[i].time) == 20);
		must(strlen(log.lines[i].text) == log.lines[i].len);
		must(str_utf8((struct str){ log.lines[i].text,
		    log.lines[i].len }));
	}
}

static void
pods_look(struct ctx *ctx, const struct json *root)
{
	struct kube_pods pods;
	size_t i;

	if (kube_pods(ctx, root, &pods) != ERR_OK)
		return;
	must(pods.n <= KUBE_PODS_MAX);
	for (i = 0; i < pods.n; i++) {
		must(strpbrk(pods.rows[i].name, "/?#% \n") == NULL);
		must(strpbrk(pods.rows[i].uid, "/?#% \n") == NULL);
		must(pods.rows[i].restarts >= 0);
		must(pods.rows[i].exit_code >= 0 &&
		    pods.rows[i].exit_code <= 255);
		must(i == 0 || strcmp(pods.rows[i - 1].made_at,
		    pods.rows[i].made_at) >= 0);
		words_look(pods.rows[i].why);
	}
}

static void
object_look(struct ctx *ctx, const struct json *root)
{
	static const struct kube_need needs[] = { { "", "pods", "list" },
	    { NULL, NULL, NULL } };
	struct kube_room room = { 0, 0, 0 };
	struct kube_revisions at;
	const char *why;

	(void)kube_applied(ctx, root, &at, &why);
	words_look(why);
	must(at.applied == NULL || strlen(at.applied) == 40);
	(void)kube_rollout(ctx, root, &why);
	words_look(why);
	words_look(kube_warning(ctx, root));
	words_look(kube_excess(ctx, root));
	(void)kube_missing(root, needs);
	kube_nodes(root, &room);
	must(room.cpu_millis >= 0 && room.memory_mb >= 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ctx *ctx = ctx_new((size_t)8 << 20);
	const char *text = (const char *)data + 1;
	struct json *root;

	if (size > 0 && data[0] < 'A')
		log_look(ctx, (struct str){ text, size - 1 },
		    data[0] % 2 == 1);
	else if (size > 0 && json_parse(ctx, text, size - 1, &root) ==
	    ERR_OK && json_is_object(root)) {
		pods_look(ctx, root);
		object_look(ctx, root);
	}
	ctx_free(&ctx);
	return 0;
}
