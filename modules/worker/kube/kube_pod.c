/* SPDX-License-Identifier: Apache-2.0 */
/* Reads pods: names that end in URLs are checked, words are made printable. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "modules/worker/kube/kube_pod.h"
#include "modules/worker/kube/kube_read.h"
#include "modules/worker/peer.h"

#define EXIT_KILLED	137		/* 128 + SIGKILL */
#define EXIT_HEAP	3		/* -XX:+ExitOnOutOfMemoryError */
#define ID_DIGITS	64

static const char hex[] = "0123456789abcdef";

/* Reasons why a container waits, and what they mean. */
static const struct { const char *reason, *means; bool image; } waits[] = {
	{ "ErrImagePull", "its image cannot be pulled", true },
	{ "ImagePullBackOff", "its image cannot be pulled", true },
	{ "InvalidImageName", "its image cannot be pulled", true },
	{ "CreateContainerConfigError", "a secret or a setting is missing",
	    false },
	{ "CreateContainerError", "its container cannot be made", false },
	{ "RunContainerError", "its container cannot be started", false },
};

static bool
name_valid(const char *text)
{
	return text != NULL && text[0] != '\0' && strlen(text) <= 253 &&
	    text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-.")] ==
	    '\0' && text[0] != '-' && text[0] != '.';
}

/* container_id - the digits of "containerd://0123…" */
static const char *
container_id(struct ctx *ctx, const char *text)
{
	const char *at = text == NULL ? NULL : strstr(text, "://");

	return at == NULL || strspn(at + 3, hex) != ID_DIGITS ? NULL :
	    arena_text(ctx->mem, at + 3, ID_DIGITS);
}

/* end_read - how its container ended, the last time */
static void
end_read(const struct json *status, struct kube_pod *pod)
{
	const struct json *end = json_get(json_get(status, "state"),
	    "terminated");
	int64_t code;

	if (json_is_null(end))
		end = json_get(json_get(status, "lastState"), "terminated");
	if (json_is_null(end) || !json_int(json_get(end, "exitCode"), &code) ||
	    code < 0 || code > 255)
		return;
	pod->exit_code = (int)code;
	pod->memory = json_member_is(end, "reason", "OOMKilled") ||
	    code == EXIT_KILLED || code == EXIT_HEAP;
}

static void
wait_read(struct ctx *ctx, const struct json *waiting, struct kube_pod *pod)
{
	const char *reason = json_member(waiting, "reason");
	const char *message = json_member(waiting, "message");
	size_t i;

	if (reason == NULL)
		return;
	if (strcmp(reason, "CrashLoopBackOff") == 0) {
		pod->looping = true;
		pod->why = text_printf(ctx->mem, "it ended %lld times, the "
		    "last time with exit code %d%s", (long long)pod->restarts +
		    1, pod->exit_code, pod->memory ?
		    ", probably for lack of memory" : "");
		return;
	}
	for (i = 0; i < nitems(waits); i++)
		if (strcmp(waits[i].reason, reason) == 0) {
			pod->unpullable = waits[i].image;
			pod->why = text_printf(ctx->mem, "%s: %s",
			    waits[i].means, peer_words(ctx, message,
			    KUBE_WORDS_MAX));
		}
}

/* place_read - no node takes it */
static void
place_read(struct ctx *ctx, const struct json *object, struct kube_pod *pod)
{
	struct kube_condition placed;

	kube_condition(object, "PodScheduled", &placed);
	if (placed.status != NULL && strcmp(placed.status, "False") == 0)
		pod->why = text_printf(ctx->mem,
		    "no node of the cluster takes it: %s", peer_words(ctx,
		    placed.message, KUBE_WORDS_MAX));
}

/* container_read - a pod of ours has one container */
static void
container_read(struct ctx *ctx, const struct json *object,
    struct kube_pod *pod)
{
	const struct json *status = json_at(json_get(json_get(object,
	    "status"), "containerStatuses"), 0);
	const struct json *state = json_get(status, "state");

	if (!json_int(json_get(status, "restartCount"), &pod->restarts) ||
	    pod->restarts < 0)
		pod->restarts = 0;
	pod->container = container_id(ctx, json_member(status, "containerID"));
	pod->running = json_is_object(json_get(state, "running"));
	pod->started_at = json_member(json_get(state, "running"), "startedAt");
	if (!json_bool(json_get(status, "ready"), &pod->ready))
		pod->ready = false;
	end_read(status, pod);
	wait_read(ctx, json_get(state, "waiting"), pod);
	if (json_is_object(json_get(state, "terminated")))
		pod->why = text_printf(ctx->mem,
		    "it ended with exit code %d%s", pod->exit_code,
		    pod->memory ? ", probably for lack of memory" : "");
}

static bool
pod_read(struct ctx *ctx, const struct json *object, struct kube_pod *pod)
{
	const struct json *about = json_get(object, "metadata");
	const struct json *status = json_get(object, "status");

	*pod = (struct kube_pod){ .name = json_member(about, "name"),
	    .uid = json_member(about, "uid"),
	    .made_at = json_member(about, "creationTimestamp"),
	    .address = json_member(status, "podIP"),
	    .image = json_member(json_at(json_get(json_get(object, "spec"),
	    "containers"), 0), "image"),
	    .notes = json_get(about, "annotations"),
	    .labels = json_get(about, "labels"),
	    .leaving = !json_is_null(json_get(about, "deletionTimestamp")) };
	if (!name_valid(pod->name) || pod->uid == NULL ||
	    strspn(pod->uid, "0123456789abcdef-") != strlen(pod->uid) ||
	    pod->made_at == NULL)
		return false;
	container_read(ctx, object, pod);
	place_read(ctx, object, pod);
	if (json_member_is(status, "phase", "Failed") && pod->why == NULL)
		pod->why = text_printf(ctx->mem, "it was ended: %s",
		    peer_words(ctx, json_member(status, "message"),
		    KUBE_WORDS_MAX));
	return true;
}

static int
pod_newer(const void *a, const void *b)
{
	const struct kube_pod *left = a, *right = b;
	int order = strcmp(right->made_at, left->made_at);

	return order != 0 ? order : strcmp(right->name, left->name);
}

enum err
kube_pods(struct ctx *ctx, const struct json *list, struct kube_pods *pods)
{
	const struct json *items = json_get(list, "items");
	struct kube_pods made = { NULL, 0 };
	size_t i, n = json_count(items);

	if (!json_is_array(items) || n > KUBE_PODS_MAX)
		return fail(ctx, ERR_PEER, "cluster_failed", "it does not "
		    "list pods like a Kubernetes cluster");
	made.rows = arena_array(ctx->mem, n + 1, sizeof(*made.rows));
	if (made.rows == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory for pods");
	for (i = 0; i < n; i++)
		made.n += pod_read(ctx, json_at(items, i), &made.rows[made.n]);
	qsort(made.rows, made.n, sizeof(*made.rows), pod_newer);
	*pods = made;
	return ERR_OK;
}
