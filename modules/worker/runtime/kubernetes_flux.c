/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a commit to what runs: Flux fetches it, applies it, installs the chart,
 * and the cluster starts pods.  Each may take its time; what cannot get better
 * by itself is a failure with the words of who refused it.  And before all of
 * that: is the cluster as docs/kubernetes.md asks for?  The first thing that is
 * wrong is said; a right that is wider than it should be is a warning.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/http.h"
#include "libshared/doors/json.h"
#include "modules/worker/kube/kube_read.h"
#include "modules/worker/peer.h"
#include "modules/worker/runtime/kubernetes.h"
#include "modules/worker/runtime/manifest_part.h"

#define KUSTOMIZE	"/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/"
#define SOURCE		"/apis/source.toolkit.fluxcd.io/v1/namespaces/"
#define HELM		"/apis/helm.toolkit.fluxcd.io/v2/namespaces/"
#define RESTARTS_MAX	3	/* 70 s: the kubelet waits longer each time */
#define COMMIT_SHORT	12
#define NODES_PAGE	100
#define PAGES_MAX	50

/* source_wait - Flux has not seen the commit: because it cannot, or not yet */
static enum err
source_wait(struct ctx *ctx, const struct desired *d, const char *commit,
    const char *why)
{
	const struct manifest_place *cluster = &d->place->cluster;
	const struct kube_call call = { text_printf(ctx->mem, SOURCE
	    "%s/gitrepositories/%s", cluster->flux_namespace,
	    cluster->flux_repository), NULL, "read Flux' repository" };
	struct kube_condition ready;
	struct json *source;
	enum err e;

	if ((e = kube_look(ctx, &d->place->kube, &call, &source)) != ERR_OK)
		return e;
	kube_condition(source, "Ready", &ready);
	if (ready.status != NULL && strcmp(ready.status, "False") == 0)
		return fail(ctx, ERR_UNAVAILABLE, "flux_waiting",
		    "Flux cannot read the repository: %s", peer_words(ctx,
		    ready.message, KUBE_WORDS_MAX));
	return fail(ctx, ERR_UNAVAILABLE, "flux_waiting",
	    "waits until Flux has applied commit %.*s%s%s", COMMIT_SHORT,
	    commit, why == NULL ? "" : ": ", why == NULL ? "" : why);
}

/* commit_in - is the commit this revision, or before it? */
static enum err
commit_in(struct ctx *ctx, const struct desired *d, const char *commit,
    const char *revision, bool *in)
{
	*in = revision != NULL && strcmp(revision, commit) == 0;
	if (*in || revision == NULL)
		return ERR_OK;
	return gitops_contains(ctx, &d->repo, commit, revision, in);
}

static enum err
kustomization_wait(struct ctx *ctx, const struct desired *d, const char *name,
    const char *commit)
{
	const struct kube_call call = { text_printf(ctx->mem, KUSTOMIZE
	    "%s/kustomizations/%s", d->place->cluster.flux_namespace, name),
	    NULL, "read a Kustomization" };
	enum kube_standing standing;
	struct kube_revisions at;
	struct json *object;
	const char *why;
	bool in = false;
	enum err e;

	if ((e = kube_look(ctx, &d->place->kube, &call, &object)) != ERR_OK)
		return e;
	if (object == NULL)
		return source_wait(ctx, d, commit, NULL);
	standing = kube_applied(ctx, object, &at, &why);
	if ((e = commit_in(ctx, d, commit, standing == KUBE_FAILED ?
	    at.attempted : at.applied, &in)) != ERR_OK)
		return e;
	if (in && standing == KUBE_FAILED)
		return fail(ctx, ERR_INVALID, "flux_failed",
		    "Flux does not apply it: %s", why);
	return in && standing == KUBE_READY ? ERR_OK :
	    source_wait(ctx, d, commit, why);
}

enum err
kubernetes_applied(struct ctx *ctx, const struct desired *d,
    const char *commit)
{
	const char *first = text_printf(ctx->mem, "tenant-%s-namespace",
	    d->slug), *second = text_printf(ctx->mem, "tenant-%s", d->slug);
	enum err e;

	if (first == NULL || second == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory for a name");
	if ((e = kustomization_wait(ctx, d, first, commit)) != ERR_OK)
		return e;
	return kustomization_wait(ctx, d, second, commit);
}

/* pods_wait - the reason of the first pod that has one, else what is given */
static enum err
pods_wait(struct ctx *ctx, const struct runtime_kubernetes *place,
    const struct runtime_ref *ref, const char *why)
{
	struct kube_pods pods;
	const char *found;
	size_t i;
	enum err e;

	if ((e = kubernetes_pods(ctx, place, ref, &pods)) != ERR_OK)
		return e;
	for (i = 0; i < pods.n; i++)
		if (!pods.rows[i].ready && !json_member_is(pods.rows[i].labels,
		    ROLE_LABEL, ROLE_APP) && (found = kubernetes_why(ctx, place,
		    ref->slug, &pods.rows[i])) != NULL) {
			why = text_printf(ctx->mem, "pod %s: %s",
			    pods.rows[i].name, found);
			break;
		}
	return fail(ctx, ERR_UNAVAILABLE, "server_starting", "%s",
	    why == NULL ? "the server is being started" : why);
}

enum err
kubernetes_released(struct ctx *ctx, const struct runtime_kubernetes *place,
    const char *slug)
{
	const struct runtime_ref all = { slug, NULL, "" };
	const struct kube_call call = { text_printf(ctx->mem, HELM
	    "%s/helmreleases/" MANIFEST_SERVER, manifest_space(ctx, slug)),
	    NULL, "read a HelmRelease" };
	enum kube_standing standing;
	struct json *object;
	const char *why;
	enum err e;

	if ((e = kube_look(ctx, &place->kube, &call, &object)) != ERR_OK)
		return e;
	standing = kube_flux(ctx, object, &why);
	if (standing == KUBE_FAILED)
		return fail(ctx, ERR_INVALID, "flux_failed",
		    "Flux does not install the server: %s", why);
	return standing == KUBE_READY ? ERR_OK :
	    pods_wait(ctx, place, &all, object == NULL ? NULL : why);
}

/* generation_is - is the pod of this generation? */
static bool
generation_is(const struct kube_pod *pod, const char *generation)
{
	return json_member_is(pod->notes, MANIFEST_GENERATION, generation);
}

/* pod_judge - what will not start, however long one waits */
static enum err
pod_judge(struct ctx *ctx, const struct kube_pod *pod)
{
	if (pod->looping && pod->restarts >= RESTARTS_MAX)
		return fail(ctx, ERR_INVALID, "container_failed", "%s",
		    pod->why);
	if (pod->unpullable)
		return fail(ctx, ERR_PEER, "image_unavailable", "%s",
		    pod->why);
	return ERR_OK;
}

/* rolled_wait - by the pods of the new generation, why it is not there yet */
static enum err
rolled_wait(struct ctx *ctx, const struct runtime_kubernetes *place,
    const struct runtime_ref *ref, const char *generation)
{
	const char *why = NULL;
	struct kube_pods pods;
	size_t i;
	enum err e;

	if ((e = kubernetes_pods(ctx, place, ref, &pods)) != ERR_OK)
		return e;
	for (i = 0; i < pods.n && why == NULL; i++) {
		if (!generation_is(&pods.rows[i], generation))
			continue;
		if ((e = pod_judge(ctx, &pods.rows[i])) != ERR_OK)
			return e;
		why = kubernetes_why(ctx, place, ref->slug, &pods.rows[i]);
	}
	return why == NULL ? ERR_OK : fail(ctx, ERR_UNAVAILABLE,
	    "app_starting", "%s", why);
}

enum err
kubernetes_rolled(struct ctx *ctx, const struct runtime_kubernetes *place,
    const struct runtime_ref *ref, const char *generation)
{
	const struct kube_call call = { kubernetes_deployment(ctx, ref), NULL,
	    "read a Deployment" };
	enum kube_standing standing;
	struct json *object;
	const char *why;
	enum err e;

	if ((e = kube_look(ctx, &place->kube, &call, &object)) != ERR_OK)
		return e;
	standing = kube_rollout(ctx, object, &why);
	if (standing == KUBE_READY)
		return ERR_OK;
	if ((e = rolled_wait(ctx, place, ref, generation)) != ERR_OK)
		return e;
	return standing == KUBE_FAILED ? fail(ctx, ERR_INVALID,
	    "container_failed", "%s", why) : fail(ctx, ERR_UNAVAILABLE,
	    "app_starting", "%s", why);
}

enum err
kubernetes_gone(struct ctx *ctx, const struct runtime_kubernetes *place,
    const char *path, const char *what)
{
	const struct kube_call call = { path, NULL, "see what is left" };
	struct json *object;
	enum err e;

	if ((e = kube_look(ctx, &place->kube, &call, &object)) != ERR_OK)
		return e;
	return object == NULL ? ERR_OK : fail(ctx, ERR_UNAVAILABLE,
	    "still_stopping", "waits until Flux has removed %s", what);
}

static const struct kube_need needs[] = {
	{ "", "pods", "list" }, { "", "pods/log", "get" },
	{ "", "services", "get" }, { "", "events", "list" },
	{ "", "nodes", "list" }, { "", "namespaces", "get" },
	{ "apps", "deployments", "get" },
	{ "source.toolkit.fluxcd.io", "gitrepositories", "get" },
	{ "kustomize.toolkit.fluxcd.io", "kustomizations", "get" },
	{ "helm.toolkit.fluxcd.io", "helmreleases", "get" },
	{ NULL, NULL, NULL }
};

static const struct { const char *path, *means; } apis[] = {
	{ "/apis/source.toolkit.fluxcd.io/v1",
	    "Flux' source-controller is not installed" },
	{ "/apis/kustomize.toolkit.fluxcd.io/v1",
	    "Flux' kustomize-controller is not installed" },
	{ "/apis/helm.toolkit.fluxcd.io/v2",
	    "Flux' helm-controller is not installed" },
	{ "/apis/bitnami.com/v1alpha1", "sealed-secrets is not installed" },
};

static enum err
place_wrong(struct ctx *ctx, const char *why)
{
	return fail(ctx, ERR_INVALID, "cluster_failed", "%s", why);
}

static enum err
version_read(struct ctx *ctx, const struct kube *kube,
    struct runtime_facts *facts)
{
	const struct kube_call call = { "/version", NULL, "read its version" };
	struct json *root;
	enum err e;

	if ((e = kube_ask(ctx, kube, &call, &root)) != ERR_OK)
		return e;
	if (json_member(root, "gitVersion") == NULL)
		return place_wrong(ctx,
		    "it does not speak like a Kubernetes cluster");
	facts->version = peer_words(ctx, json_member(root, "gitVersion"),
	    RUNTIME_VERSION_MAX);
	return ERR_OK;
}

static enum err
rights_look(struct ctx *ctx, const struct kube *kube,
    struct runtime_facts *facts)
{
	const struct kube_call call = { "/apis/authorization.k8s.io/v1"
	    "/selfsubjectrulesreviews", json_object(ctx),
	    "ask for its rights" };
	struct json *review, *spec = json_object(ctx);
	const struct kube_need *need;
	const char *excess;
	enum err e;

	json_put_text(spec, "namespace", "kube-system");
	json_put_text(call.body, "apiVersion", "authorization.k8s.io/v1");
	json_put_text(call.body, "kind", "SelfSubjectRulesReview");
	json_put(call.body, "spec", spec);
	if ((e = kube_ask(ctx, kube, &call, &review)) != ERR_OK)
		return e;
	if ((need = kube_missing(review, needs)) != NULL)
		return place_wrong(ctx, text_printf(ctx->mem, "its account "
		    "may not %s %s%s%s: apply templates/kubernetes/"
		    "platform.yaml there", need->verb, need->resource,
		    need->group[0] == '\0' ? "" : ".", need->group));
	if ((excess = kube_excess(ctx, review)) != NULL)
		facts->warning = text_printf(ctx->mem, "its account may do "
		    "more than read (%s): give it the rights of "
		    "templates/kubernetes/platform.yaml only", excess);
	return ERR_OK;
}

static enum err
apis_look(struct ctx *ctx, const struct kube *kube)
{
	struct kube_call call = { .what = "look for Flux" };
	struct json *root;
	size_t i;
	enum err e;

	for (i = 0; i < nitems(apis); i++) {
		call.path = apis[i].path;
		if ((e = kube_look(ctx, kube, &call, &root)) != ERR_OK)
			return e;
		if (root == NULL)
			return place_wrong(ctx, apis[i].means);
	}
	return ERR_OK;
}

/* unsealer_look - the controller, by the labels of its chart or its YAML */
static enum err
unsealer_look(struct ctx *ctx, const struct kube *kube)
{
	static const char *const labels[] = {
		"app.kubernetes.io%2Fname%3Dsealed-secrets",
		"name%3Dsealed-secrets-controller" };
	struct kube_call call = { .what = "look for sealed-secrets" };
	struct kube_pods pods;
	struct json *list;
	size_t i, j;
	enum err e;

	for (i = 0; i < nitems(labels); i++) {
		call.path = text_printf(ctx->mem,
		    "/api/v1/pods?limit=10&labelSelector=%s", labels[i]);
		if ((e = kube_ask(ctx, kube, &call, &list)) != ERR_OK ||
		    (e = kube_pods(ctx, list, &pods)) != ERR_OK)
			return e;
		for (j = 0; j < pods.n; j++)
			if (pods.rows[j].ready)
				return ERR_OK;
	}
	return place_wrong(ctx, "the controller of sealed-secrets does not "
	    "run: no secret would be opened");
}

static enum err
source_look(struct ctx *ctx, const struct runtime_kubernetes *place)
{
	const struct kube_call call = { text_printf(ctx->mem,
	    "/apis/source.toolkit.fluxcd.io/v1/namespaces/%s"
	    "/gitrepositories/%s", place->cluster.flux_namespace,
	    place->cluster.flux_repository), NULL, "read Flux' repository" };
	struct kube_condition ready;
	struct json *object;
	enum err e;

	if ((e = kube_look(ctx, &place->kube, &call, &object)) != ERR_OK)
		return e;
	if (object == NULL)
		return place_wrong(ctx, text_printf(ctx->mem,
		    "Flux has no GitRepository %s in %s",
		    place->cluster.flux_repository,
		    place->cluster.flux_namespace));
	kube_condition(object, "Ready", &ready);
	if (ready.status != NULL && strcmp(ready.status, "False") == 0)
		return place_wrong(ctx, text_printf(ctx->mem,
		    "Flux cannot read the repository: %s", peer_words(ctx,
		    ready.message, KUBE_WORDS_MAX)));
	return ERR_OK;
}

/* room_read - all pages of nodes, added */
static enum err
room_read(struct ctx *ctx, const struct kube *kube,
    struct runtime_facts *facts)
{
	struct kube_call call = { .what = "read the nodes" };
	struct kube_room room = { 0, 0, 0 };
	const char *more = "", *next;
	struct json *list;
	size_t i;
	enum err e;

	for (i = 0; i < PAGES_MAX && more != NULL; i++) {
		call.path = text_printf(ctx->mem,
		    "/api/v1/nodes?limit=%d&continue=%s", NODES_PAGE, more);
		if ((e = kube_ask(ctx, kube, &call, &list)) != ERR_OK)
			return e;
		kube_nodes(list, &room);
		next = json_member(json_get(list, "metadata"), "continue");
		more = NULL;
		if (next != NULL && next[0] != '\0' &&
		    (e = http_escape(ctx, next, &more)) != ERR_OK)
			return e;
	}
	if (room.nodes == 0)
		return place_wrong(ctx, "it has no nodes");
	facts->cpu_millis = room.cpu_millis;
	facts->memory_mb = room.memory_mb;
	return ERR_OK;
}

enum err
kubernetes_look(struct ctx *ctx, const struct runtime *rt,
    struct runtime_facts *facts)
{
	const struct runtime_kubernetes *place = rt->place;
	const struct kube *kube = &place->kube;
	struct runtime_facts made = { .version = NULL };
	struct gitops_repo repo;
	enum err e;

	if ((e = version_read(ctx, kube, &made)) != ERR_OK ||
	    (e = rights_look(ctx, kube, &made)) != ERR_OK ||
	    (e = apis_look(ctx, kube)) != ERR_OK ||
	    (e = unsealer_look(ctx, kube)) != ERR_OK ||
	    (e = source_look(ctx, place)) != ERR_OK ||
	    (e = room_read(ctx, kube, &made)) != ERR_OK)
		return e;
	if (place->seal_wrong != NULL)
		return place_wrong(ctx, text_printf(ctx->mem, "the "
		    "certificate of sealed-secrets is refused: %s",
		    place->seal_wrong));
	if ((e = gitops_repo_open(ctx, &repo)) != ERR_OK ||
	    (e = gitops_check(ctx, &repo)) != ERR_OK)
		return e;
	*facts = made;
	return ERR_OK;
}
