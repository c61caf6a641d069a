/* SPDX-License-Identifier: Apache-2.0 */
/* Status and logs of a tenant's pods. */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "libshared/base/arena.h"
#include "libshared/doors/json.h"
#include "modules/worker/kube/kube_log.h"
#include "modules/worker/kube/kube_read.h"
#include "modules/worker/runtime/kubernetes.h"
#include "modules/worker/runtime/runtime_names.h"

#define CORE		"/api/v1/namespaces/"
#define APPS		"/apis/apps/v1/namespaces/"
#define UID_SHORT	8
#define SECOND_NS	INT64_C(1000000000)
#define LOG_LINES_MAX	1000
#define EXIT_STOPPED	143	/* 128 + SIGTERM */
#define RESTARTS_MAX	3	/* then it counts as stopped */

const char *
kubernetes_deployment(struct ctx *ctx, const struct runtime_ref *ref)
{
	return text_printf(ctx->mem, APPS "%s/deployments/%s",
	    manifest_space(ctx, ref->slug), ref->name == NULL ?
	    MANIFEST_SERVER : manifest_app_name(ctx, ref));
}

/* selector_of - the labels of its pods, as part of a URL */
static const char *
selector_of(struct ctx *ctx, const struct runtime_ref *ref)
{
	if (ref->name == NULL)
		return "labelSelector=cameleer.io%2Frole%3Dserver";
	if (ref->name[0] == '\0')
		return "labelSelector=cameleer.io%2Frole";
	return text_printf(ctx->mem, "labelSelector=cameleer.io%%2Fapp%%3D%s"
	    "%%2Ccameleer.io%%2Fenvironment%%3D%s", ref->name,
	    ref->environment);
}

enum err
kubernetes_pods(struct ctx *ctx, const struct runtime_kubernetes *place,
    const struct runtime_ref *ref, struct kube_pods *pods)
{
	const struct kube_call call = { text_printf(ctx->mem, CORE
	    "%s/pods?limit=%d&%s", manifest_space(ctx, ref->slug),
	    KUBE_PODS_MAX, selector_of(ctx, ref)), NULL, "read the pods" };
	struct json *list;
	enum err e;

	if ((e = kube_ask(ctx, &place->kube, &call, &list)) != ERR_OK)
		return e;
	return kube_pods(ctx, list, pods);
}

/* kubernetes_idle - ERR_UNAVAILABLE while pods of it are there */
enum err
kubernetes_idle(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_ref *ref)
{
	struct kube_pods pods;
	enum err e;

	if ((e = kubernetes_pods(ctx, rt->place, ref, &pods)) != ERR_OK)
		return e;
	return pods.n == 0 ? ERR_OK : fail(ctx, ERR_UNAVAILABLE,
	    "still_stopping", "%zu pods are still to be stopped", pods.n);
}

const char *
kubernetes_why(struct ctx *ctx, const struct runtime_kubernetes *place,
    const char *slug, const struct kube_pod *pod)
{
	const struct kube_call call = { text_printf(ctx->mem, CORE "%s/events"
	    "?limit=%d&fieldSelector=involvedObject.name%%3D%s"
	    "%%2Ctype%%3DWarning", manifest_space(ctx, slug), KUBE_PODS_MAX,
	    pod->name), NULL, "read the events" };
	struct json *events;

	if (pod->why != NULL)
		return pod->why;
	if (kube_ask(ctx, &place->kube, &call, &events) == ERR_OK)
		return kube_warning(ctx, events);
	fail_clear(ctx);	/* less is told */
	return NULL;
}

/* pod_best - one that is ready, else one that runs, else the newest */
static const struct kube_pod *
pod_best(const struct kube_pods *pods)
{
	const struct kube_pod *best = NULL, *pod;
	size_t i;

	for (i = 0; i < pods->n; i++) {
		pod = &pods->rows[i];
		if (pod->leaving)
			continue;
		if (best == NULL || (pod->ready && !best->ready) ||
		    (pod->running && !best->running))
			best = pod;
	}
	return best;
}

static int64_t
release_of(const struct json *notes)
{
	struct str text = str_of(json_member(notes, MANIFEST_RELEASE));
	int64_t value;

	return str_int(text, 0, INT64_MAX, &value) ? value : 0;
}

/* image_of - as runtime_app.image: without the registry of the place */
static const char *
image_of(const struct runtime_kubernetes *place, const char *image)
{
	size_t len = strlen(place->cluster.registry);

	return image != NULL && strncmp(image, place->cluster.registry,
	    len) == 0 && image[len] == '/' ? image + len + 1 : image;
}

static enum runtime_state
state_of(const struct kube_pod *pod)
{
	if (pod->running || (pod->looping && pod->restarts < RESTARTS_MAX))
		return RUNTIME_RUNNING;
	return pod->container == NULL ? RUNTIME_CREATED : RUNTIME_STOPPED;
}

/*
 * stopped_read - without a pod: is it there at all?  It was stopped, and did
 * not end by itself: then there would be a pod.
 */
static enum err
stopped_read(struct ctx *ctx, const struct runtime_kubernetes *place,
    const struct runtime_ref *ref, struct runtime_status *status)
{
	const struct kube_call call = { kubernetes_deployment(ctx, ref), NULL,
	    "read a Deployment" };
	const struct json *notes;
	struct json *object;
	enum err e;

	if ((e = kube_look(ctx, &place->kube, &call, &object)) != ERR_OK)
		return e;
	notes = json_get(json_get(json_get(json_get(object, "spec"),
	    "template"), "metadata"), "annotations");
	*status = (struct runtime_status){ .state = object == NULL ?
	    RUNTIME_ABSENT : RUNTIME_STOPPED, .exit_code = EXIT_STOPPED,
	    .release = release_of(notes),
	    .generation = json_member(notes, MANIFEST_GENERATION) };
	return ERR_OK;
}

/* address_read - a server is reached at its Service, which stays */
static enum err
address_read(struct ctx *ctx, const struct runtime_kubernetes *place,
    const char *slug, struct runtime_status *status)
{
	const struct kube_call call = { text_printf(ctx->mem, CORE
	    "%s/services/" MANIFEST_SERVER, manifest_space(ctx, slug)), NULL,
	    "read a Service" };
	struct json *object;
	const char *address;
	enum err e;

	if ((e = kube_look(ctx, &place->kube, &call, &object)) != ERR_OK)
		return e;
	address = json_member(json_get(object, "spec"), "clusterIP");
	status->port = RUNTIME_SERVER_PORT;
	status->address = address != NULL && address[0] != '\0' &&
	    address[strspn(address, "0123456789.")] == '\0' ? address : NULL;
	return ERR_OK;
}

enum err
kubernetes_status(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_ref *ref, struct runtime_status *status)
{
	const struct runtime_kubernetes *place = rt->place;
	const struct kube_pod *pod;
	struct kube_pods pods;
	enum err e;

	if ((e = runtime_ref_check(ctx, ref)) != ERR_OK ||
	    (e = kubernetes_pods(ctx, place, ref, &pods)) != ERR_OK)
		return e;
	if ((pod = pod_best(&pods)) == NULL)
		return stopped_read(ctx, place, ref, status);
	*status = (struct runtime_status){ .state = state_of(pod),
	    .exit_code = pod->exit_code, .restarts = pod->restarts,
	    .memory_suspected = pod->memory, .container = pod->container,
	    .image = image_of(place, pod->image),
	    .release = release_of(pod->notes),
	    .generation = json_member(pod->notes, MANIFEST_GENERATION),
	    .started_at = pod->started_at, .address = pod->address,
	    .port = RUNTIME_HEALTH_PORT };
	if (ref->name == NULL)
		return address_read(ctx, place, ref->slug, status);
	status->healthy = pod->ready;
	if (!pod->ready && (status->unwell = kubernetes_why(ctx, place,
	    ref->slug, pod)) == NULL)
		status->unwell = "its health check does not answer with "
		    "success";
	return ERR_OK;
}

/* cursor_read - "01234567:nanoseconds"; *ns -1: from the end */
static bool
cursor_read(const char *text, char uid[UID_SHORT + 1], int64_t *ns)
{
	struct str rest = str_of(text), part = str_cut(&rest, ':');

	uid[0] = '\0';
	*ns = -1;
	if (text == NULL || text[0] == '\0')
		return true;
	if (part.len != UID_SHORT)
		return false;
	memcpy(uid, part.p, UID_SHORT);
	uid[UID_SHORT] = '\0';
	return strspn(uid, "0123456789abcdef") == UID_SHORT &&
	    str_int(rest, 0, INT64_MAX, ns);
}

/* log_path - since the second of the cursor, or the last lines */
static const char *
log_path(struct ctx *ctx, const char *slug, const struct kube_pod *pod,
    int64_t ns)
{
	const char *base = text_printf(ctx->mem, CORE "%s/pods/%s/log"
	    "?timestamps=true&limitBytes=%zu", manifest_space(ctx, slug),
	    pod->name, KUBE_LOG_BYTES);
	time_t second = (time_t)(ns / SECOND_NS);
	char text[32];
	struct tm tm;

	if (ns == 0)
		return base;
	if (ns < 0)
		return text_printf(ctx->mem, "%s&tailLines=%d", base,
		    LOG_LINES_MAX);
	if (gmtime_r(&second, &tm) == NULL || strftime(text, sizeof(text),
	    "%Y-%m-%dT%H%%3A%M%%3A%SZ", &tm) == 0)
		return NULL;
	return text_printf(ctx->mem, "%s&sinceTime=%s", base, text);
}

/* lines_last - drops the first lines of what is more than was asked for */
static void
lines_last(struct runtime_log *log, size_t max)
{
	size_t more = log->nlines > max ? log->nlines - max : 0;

	log->lines += more;
	log->nlines -= more;
}

/* pod_log - what a pod has printed after *ns, which moves on */
static enum err
pod_log(struct ctx *ctx, const struct runtime_kubernetes *place,
    const char *slug, const struct kube_pod *pod, struct runtime_log *log)
{
	char uid[UID_SHORT + 1];
	struct str text;
	size_t max = log->max;
	int64_t ns, at;
	bool cut;
	enum err e;

	(void)cursor_read(log->cursor, uid, &ns);
	if (strncmp(pod->uid, uid, UID_SHORT) != 0)
		ns = uid[0] == '\0' && !log->whole ? -1 : 0;
	if ((e = kube_text(ctx, &place->kube, log_path(ctx, slug, pod, ns),
	    &text)) != ERR_OK)
		return e;
	cut = text.len >= KUBE_LOG_BYTES;
	at = ns < 0 ? 0 : ns;
	log->max = ns < 0 ? LOG_LINES_MAX : max;
	e = kube_log_read(ctx, text, cut, &at, log);
	log->max = max;
	if (e != ERR_OK)
		return e;
	if (ns < 0) {
		lines_last(log, max);
		log->more = false;
	} else if (cut && log->nlines == 0) {
		/* More in one second than an answer holds. */
		at = (at / SECOND_NS + 1) * SECOND_NS;
		log->lost = true;
	}
	(void)snprintf(log->cursor, sizeof(log->cursor), "%.*s:%lld",
	    UID_SHORT, pod->uid, (long long)at);
	return ERR_OK;
}

/* pod_next - the pod that the cursor names, else the oldest; n: none */
static size_t
pod_next(const struct kube_pods *pods, const char *uid, bool whole)
{
	size_t i;

	for (i = 0; i < pods->n; i++)
		if (uid[0] != '\0' && strncmp(pods->rows[i].uid, uid,
		    UID_SHORT) == 0)
			return i;
	if (pods->n == 0 || (uid[0] == '\0' && !whole))
		return 0;
	return pods->n - 1;
}

enum err
kubernetes_logs(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_ref *ref, const char *cursor, struct runtime_log *log)
{
	const struct runtime_kubernetes *place = rt->place;
	struct runtime_log made = { .max = log->max < LOG_LINES_MAX ?
	    log->max : LOG_LINES_MAX, .whole = log->whole };
	char uid[UID_SHORT + 1];
	struct kube_pods pods;
	int64_t ns;
	size_t i;
	enum err e;

	if (!cursor_read(cursor, uid, &ns))
		return fail(ctx, ERR_BAD_INPUT, "cursor_invalid",
		    "the cursor is not one of this log");
	if ((e = runtime_ref_check(ctx, ref)) != ERR_OK ||
	    (e = kubernetes_pods(ctx, place, ref, &pods)) != ERR_OK)
		return e;
	made.lines = arena_array(ctx->mem, LOG_LINES_MAX + 1,
	    sizeof(*made.lines));
	if (made.lines == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory for a log");
	if (uid[0] != '\0')
		(void)snprintf(made.cursor, sizeof(made.cursor), "%s",
		    cursor);
	i = pod_next(&pods, uid, made.whole);
	while (i < pods.n) {
		if ((e = pod_log(ctx, place, ref->slug, &pods.rows[i],
		    &made)) != ERR_OK)
			return e;
		if (made.nlines > 0 || i == 0)
			break;
		i--;
	}
	made.more = made.more || (i < pods.n && i > 0);
	made.max = log->max;
	*log = made;
	return ERR_OK;
}
