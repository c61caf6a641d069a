/* SPDX-License-Identifier: Apache-2.0 */
/*
 * call SETTINGS PLACE VERB SLUG [ENVIRONMENT APP [CURSOR]] - one call of the
 * runtime for a cluster that changes nothing.  PLACE is a file with the members
 * of a place as JSON, its token too.  Prints a JSON object: what came of it, or
 * code and detail of the failure.
 *
 *	look, status, logs, usage
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "libshared/base/arena.h"
#include "libshared/base/conf.h"
#include "libshared/base/confine.h"
#include "libshared/base/log.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/http.h"
#include "libshared/doors/json.h"
#include "libshared/skeleton/process.h"
#include "modules/worker/runtime/runtime.h"

#define MEMORY		((size_t)64 << 20)
#define FILE_MAX	((size_t)1 << 20)
#define LINES_MAX	100

struct call {
	struct ctx		*ctx;
	const struct runtime	*rt;
	struct runtime_ref	 ref;
	const char		*cursor;
	struct json		*out;
};

static void
give_up(const char *why)
{
	(void)fprintf(stderr, "call: %s\n", why);
	exit(2);
}

static enum err
note_none(struct ctx *ctx, const char **commit)
{
	(void)ctx;
	*commit = NULL;
	return ERR_OK;
}

static enum err
note_drop(struct ctx *ctx, const char *commit)
{
	(void)ctx;
	(void)commit;
	return ERR_OK;
}

static const struct runtime_notes notes = { note_none, note_drop };

/* place_open - the runtime of the place that the file describes */
static enum err
place_open(struct call *call, const char *path)
{
	struct runtime *made = arena_get(call->ctx->mem, sizeof(*made));
	char *text = arena_get(call->ctx->mem, FILE_MAX);
	struct runtime_place place = { .kind = "kubernetes", .notes = &notes };
	FILE *in = fopen(path, "re");
	struct json *given;
	size_t len;
	enum err e;

	if (made == NULL || text == NULL || in == NULL)
		give_up(path);
	len = fread(text, 1, FILE_MAX - 1, in);
	(void)fclose(in);
	if (json_parse(call->ctx, text, len, &given) != ERR_OK)
		give_up("the place is no JSON");
	place.name = json_member(given, "name");
	place.endpoint = json_member(given, "endpoint");
	place.ca = json_member(given, "ca");
	place.key = json_member(given, "token");
	place.seal_certificate = json_member(given, "seal_certificate");
	if ((e = json_print(call->ctx, json_get(given, "cluster"),
	    &place.cluster, NULL)) != ERR_OK ||
	    (e = runtime_of(call->ctx, &place, &call->rt)) != ERR_OK)
		return e;
	return ERR_OK;
}

static enum err
call_look(struct call *call)
{
	struct runtime_facts facts = { .version = NULL };
	enum err e = call->rt->look(call->ctx, call->rt, &facts);

	json_put_text(call->out, "version", facts.version);
	json_put_text(call->out, "warning", facts.warning);
	json_put_int(call->out, "cpu_millis", facts.cpu_millis);
	json_put_int(call->out, "memory_mb", facts.memory_mb);
	return e;
}

static enum err
call_status(struct call *call)
{
	struct runtime_status status = { .state = RUNTIME_ABSENT };
	enum err e = call->rt->status(call->ctx, call->rt, &call->ref,
	    &status);

	json_put_int(call->out, "state", status.state);
	json_put_bool(call->out, "healthy", status.healthy);
	json_put_text(call->out, "unwell", status.unwell);
	json_put_text(call->out, "image", status.image);
	json_put_text(call->out, "address", status.address);
	json_put_text(call->out, "generation", status.generation);
	json_put_int(call->out, "release", status.release);
	json_put_int(call->out, "restarts", status.restarts);
	return e;
}

static enum err
call_logs(struct call *call)
{
	struct runtime_log log = { .max = LINES_MAX };
	struct json *lines = json_array(call->ctx);
	enum err e = call->rt->logs(call->ctx, call->rt, &call->ref,
	    call->cursor, &log);
	size_t i;

	for (i = 0; e == ERR_OK && i < log.nlines; i++)
		json_add_text(lines, log.lines[i].text);
	json_put(call->out, "lines", lines);
	json_put_text(call->out, "cursor", log.cursor);
	json_put_bool(call->out, "more", log.more);
	return e;
}

static enum err
call_usage(struct call *call)
{
	struct runtime_usages usages = { NULL, 0 };

	return call->rt->usage(call->ctx, call->rt, call->ref.slug, &usages);
}

static const struct {
	const char	*verb;
	enum err	(*run)(struct call *call);
} verbs[] = {
	{ "look", call_look }, { "status", call_status },
	{ "logs", call_logs }, { "usage", call_usage },
};

static enum err
verb_run(struct call *call, const char *verb)
{
	size_t i;

	for (i = 0; i < nitems(verbs); i++)
		if (strcmp(verbs[i].verb, verb) == 0)
			return verbs[i].run(call);
	give_up("no such verb");
	return ERR_INTERNAL;
}

int
main(int argc, char *argv[])
{
	struct call call = { .ctx = ctx_new(MEMORY) };
	const char *text;
	enum err e;

	if (argc < 5 || crypto_init() != 0 || http_init() != 0)
		give_up("usage: call SETTINGS PLACE VERB SLUG ...");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    process_confine() != 0)
		give_up("not confined");
	log_init("call", LOG_WARN);
	if ((process.conf = conf_load(argv[1], stderr)) == NULL)
		return 2;
	call.ref = (struct runtime_ref){ argv[4], argc > 6 ? argv[5] : NULL,
	    argc > 6 ? argv[6] : NULL };
	call.cursor = argc > 7 ? argv[7] : NULL;
	call.out = json_object(call.ctx);
	if ((e = place_open(&call, argv[2])) == ERR_OK)
		e = verb_run(&call, argv[3]);
	json_put_int(call.out, "err", e);
	json_put_text(call.out, "code", call.ctx->fault.code);
	json_put_text(call.out, "detail", call.ctx->fault.detail);
	if (json_print(call.ctx, call.out, &text, NULL) != ERR_OK)
		give_up("no memory");
	(void)puts(text);
	ctx_free(&call.ctx);
	return e == ERR_OK ? 0 : 1;
}
