/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tenants on a Kubernetes cluster.
 *
 * What is to run is committed to the GitOps repository, and Flux makes it so;
 * the cluster's API is only read.  So each call here builds the files that
 * should be there, commits what differs, and then looks how far Flux is.  A
 * credential of ours that is lost changes nothing there, and a cluster that was
 * lost comes back from Git (docs/decisions/0015-kubernetes.md).
 *
 * An application is three files of its tenant's directory, and the generation
 * before it lies beside them while it may be needed again.
 */
#include "config.h"

#include <string.h>
#include <time.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "modules/worker/runtime/kubernetes.h"
#include "modules/worker/runtime/manifest_part.h"
#include "modules/worker/runtime/runtime_names.h"

#define SPACE_FILE	"namespace/namespace.yaml"
#define KUSTOMIZATIONS	"/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/"

static void
owner_read(struct ctx *ctx, struct json *object, void *arg)
{
	const char **owner = arg;

	(void)ctx;
	*owner = json_member(json_get(json_get(object, "metadata"), "labels"),
	    MANIFEST_TENANT_ID);
}

/* owner_check - the directory is of this tenant, or of none yet */
static enum err
owner_check(struct ctx *ctx, const struct desired *d, const struct uuid *id)
{
	const struct gitops_file *file = desired_find(d, SPACE_FILE);
	const char *owner = NULL;
	struct str unused;
	enum err e;

	if (file == NULL)
		return ERR_OK;
	if ((e = manifest_edit(ctx, file->content, owner_read, &owner,
	    &unused)) != ERR_OK)
		return e;
	return owner == NULL || strcmp(owner, id->text) == 0 ? ERR_OK :
	    fail(ctx, ERR_CONFLICT, "namespace_taken",
	    "directory %s in the Git repository belongs to another tenant",
	    d->path);
}

/* server_put - what belongs to the server; files of applications stay */
static enum err
server_put(struct ctx *ctx, struct desired *d,
    const struct runtime_tenant *tenant)
{
	const struct manifest_tenant wanted = { .server = *tenant };
	struct manifest_seal seal;
	struct manifest_files files;
	enum err e;

	if ((e = kubernetes_seal(ctx, d, tenant->secrets, &seal)) != ERR_OK)
		return e;
	e = manifest_build(ctx, &d->place->cluster, &wanted, &seal, &files);
	secret_wipe(seal.key, sizeof(seal.key));
	return e == ERR_OK ? desired_put(ctx, d, &files) : e;
}

static enum err
tenant_ensure(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_tenant *tenant, struct runtime_status *status)
{
	const struct runtime_ref server = { .slug = tenant->slug };
	struct desired d;
	const char *commit;
	enum err e;

	if ((e = runtime_ref_check(ctx, &server)) != ERR_OK ||
	    (e = desired_read(ctx, rt->place, tenant->slug, &d)) != ERR_OK ||
	    (e = owner_check(ctx, &d, &tenant->id)) != ERR_OK ||
	    (e = server_put(ctx, &d, tenant)) != ERR_OK ||
	    (e = desired_commit(ctx, &d, "run the server", &commit)) !=
	    ERR_OK || (e = kubernetes_applied(ctx, &d, commit)) != ERR_OK ||
	    (e = kubernetes_released(ctx, rt->place, tenant->slug)) !=
	    ERR_OK ||
	    (e = kubernetes_status(ctx, rt, &server, status)) != ERR_OK)
		return e;
	if (status->state == RUNTIME_RUNNING && status->address != NULL)
		return ERR_OK;
	return fail(ctx, ERR_UNAVAILABLE, "server_starting",
	    "the server is being started");
}

static enum err
tenant_suspend(struct ctx *ctx, const struct runtime *rt, const char *slug)
{
	const struct runtime_ref server = { .slug = slug };
	const struct runtime_ref all = { slug, NULL, "" };
	const char *commit;
	struct desired d;
	size_t i;
	enum err e;

	if ((e = runtime_ref_check(ctx, &server)) != ERR_OK ||
	    (e = desired_read(ctx, rt->place, slug, &d)) != ERR_OK)
		return e;
	for (i = 0; i < d.n; i++)
		if ((strcmp(d.files[i].name, KUBERNETES_SERVER) == 0 ||
		    strncmp(d.files[i].name, "workload/app-", 13) == 0) &&
		    (e = desired_edit(ctx, &d, d.files[i].name, kubernetes_none,
		    NULL)) != ERR_OK)
			return e;
	if (d.n > 0 && (e = desired_commit(ctx, &d, "stop all that runs",
	    &commit)) != ERR_OK)
		return e;
	return kubernetes_idle(ctx, rt, &all);
}

/*
 * workload_remove - first what the tenant's account applied: it can remove it
 * only while it exists itself
 */
static enum err
workload_remove(struct ctx *ctx, struct desired *d)
{
	struct manifest_file file;
	const struct manifest_files files = { &file, 1 };
	const char *commit;
	enum err e;

	(void)desired_drop(d, "previous/");
	if (desired_drop(d, "workload/") > 0 &&
	    ((e = manifest_build_flux(ctx, &d->place->cluster, d->slug,
	    &file)) != ERR_OK || (e = desired_put(ctx, d, &files)) != ERR_OK ||
	    (e = desired_commit(ctx, d, "remove what runs", &commit)) !=
	    ERR_OK))
		return e;
	return kubernetes_gone(ctx, d->place, text_printf(ctx->mem,
	    KUSTOMIZATIONS "%s/kustomizations/tenant-%s",
	    d->place->cluster.flux_namespace, d->slug), "what runs");
}

static enum err
tenant_remove(struct ctx *ctx, const struct runtime *rt, const char *slug)
{
	const struct runtime_kubernetes *place = rt->place;
	const struct runtime_ref server = { .slug = slug };
	const char *commit;
	struct desired d;
	enum err e;

	if ((e = runtime_ref_check(ctx, &server)) != ERR_OK ||
	    (e = desired_read(ctx, place, slug, &d)) != ERR_OK)
		return e;
	if (d.n > 0) {
		if ((e = workload_remove(ctx, &d)) != ERR_OK)
			return e;
		d.n = 0;
		d.beside = (struct gitops_file){ text_printf(ctx->mem,
		    "clusters/%s/tenants/%s.yaml", place->cluster.name, slug),
		    { NULL, 0 } };
		if ((e = desired_commit(ctx, &d, "remove the namespace",
		    &commit)) != ERR_OK)
			return e;
	}
	return kubernetes_gone(ctx, place, text_printf(ctx->mem,
	    "/api/v1/namespaces/%s", manifest_space(ctx, slug)),
	    "the namespace");
}

static const char *
app_file(struct ctx *ctx, const char *folder, const struct runtime_ref *ref)
{
	return text_printf(ctx->mem, "%s/%s.yaml", folder,
	    manifest_app_name(ctx, ref));
}

static void
generation_read(struct ctx *ctx, struct json *object, void *arg)
{
	const char **generation = arg;

	(void)ctx;
	if (json_member_is(object, "kind", "Deployment"))
		*generation = json_member(json_get(json_get(json_get(json_get(
		    object, "spec"), "template"), "metadata"), "annotations"),
		    MANIFEST_GENERATION);
}

/*
 * previous_keep - another generation of the application stays beside, where
 * Flux does not look, for abandon()
 */
static enum err
previous_keep(struct ctx *ctx, struct desired *d,
    const struct runtime_ref *ref, const char *generation)
{
	const char *before = NULL, *kept = app_file(ctx, "previous", ref);
	const char *name = app_file(ctx, "workload", ref);
	enum err e;

	if (name == NULL || kept == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory for a name");
	if (desired_find(d, name) == NULL)
		return ERR_OK;
	if ((e = desired_edit(ctx, d, name, generation_read, &before)) !=
	    ERR_OK)
		return e;
	return before == NULL || strcmp(before, generation) == 0 ? ERR_OK :
	    desired_keep(ctx, d, kept, desired_find(d, name)->content);
}

/* app_put - the files of an application as it shall be */
static enum err
app_put(struct ctx *ctx, struct desired *d, const struct runtime_app *app)
{
	const struct manifest_app wanted = { .app = *app };
	struct manifest_seal seal;
	struct manifest_files files;
	enum err e;

	if (desired_find(d, KUBERNETES_SERVER) == NULL)
		return fail(ctx, ERR_UNAVAILABLE, "tenant_not_ready",
		    "waits until the tenant's server is in the repository");
	if ((e = previous_keep(ctx, d, &app->ref, app->generation)) !=
	    ERR_OK || (e = kubernetes_seal(ctx, d, app->secrets, &seal)) !=
	    ERR_OK)
		return e;
	e = manifest_build_app(ctx, &d->place->cluster, &wanted, &seal,
	    &files);
	secret_wipe(seal.key, sizeof(seal.key));
	return e == ERR_OK ? desired_put(ctx, d, &files) : e;
}

/* agent_ask - whether its agent reports, where that is its health check */
static enum err
agent_ask(struct ctx *ctx, const struct runtime_app *app,
    struct runtime_status *status)
{
	enum err e;

	if (!status->healthy || app->health.agent == NULL)
		return ERR_OK;
	if ((e = app->health.agent(ctx, app->health.agent_arg,
	    &status->unwell)) != ERR_OK)
		return e;
	status->healthy = status->unwell == NULL;
	return ERR_OK;
}

static enum err
app_deploy(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_app *app, struct runtime_status *status)
{
	const char *commit;
	struct desired d;
	enum err e;

	if ((e = runtime_ref_check(ctx, &app->ref)) != ERR_OK ||
	    (e = desired_read(ctx, rt->place, app->ref.slug, &d)) != ERR_OK ||
	    (e = app_put(ctx, &d, app)) != ERR_OK ||
	    (e = desired_commit(ctx, &d, "deploy an application", &commit)) !=
	    ERR_OK || (e = kubernetes_applied(ctx, &d, commit)) != ERR_OK ||
	    (e = kubernetes_rolled(ctx, rt->place, &app->ref,
	    app->generation)) != ERR_OK ||
	    (e = kubernetes_status(ctx, rt, &app->ref, status)) != ERR_OK ||
	    (e = agent_ask(ctx, app, status)) != ERR_OK)
		return e;
	if (status->healthy && status->generation != NULL &&
	    strcmp(status->generation, app->generation) == 0)
		return ERR_OK;
	return fail(ctx, ERR_UNAVAILABLE, "app_starting", "%s",
	    status->unwell == NULL ? "its pod is being started" :
	    status->unwell);
}

static enum err
app_stop(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_ref *ref)
{
	const char *commit;
	struct desired d;
	enum err e;

	if ((e = runtime_ref_check(ctx, ref)) != ERR_OK ||
	    (e = desired_read(ctx, rt->place, ref->slug, &d)) != ERR_OK ||
	    (e = desired_edit(ctx, &d, app_file(ctx, "workload", ref),
	    kubernetes_none, NULL)) != ERR_OK)
		return e;
	if (d.n > 0 && (e = desired_commit(ctx, &d, "stop an application",
	    &commit)) != ERR_OK)
		return e;
	return kubernetes_idle(ctx, rt, ref);
}

static enum err
app_delete(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_ref *ref)
{
	static const char *const folders[] = { "workload", "workload/secret",
	    "namespace/network", "previous" };
	const char *commit, *file;
	struct desired d;
	size_t i, dropped = 0;
	enum err e;

	if ((e = runtime_ref_check(ctx, ref)) != ERR_OK ||
	    (e = desired_read(ctx, rt->place, ref->slug, &d)) != ERR_OK)
		return e;
	for (i = 0; i < nitems(folders); i++) {
		file = text_printf(ctx->mem, "%s%c%s.yaml", folders[i],
		    i == 1 || i == 2 ? '-' : '/',
		    manifest_app_name(ctx, ref));
		dropped += file == NULL ? 0 : desired_drop(&d, file);
	}
	if (dropped > 0 && (e = desired_commit(ctx, &d,
	    "remove an application", &commit)) != ERR_OK)
		return e;
	return kubernetes_gone(ctx, rt->place, kubernetes_deployment(ctx,
	    ref), "the application");
}

/* The generation before is put back, whose pod has run on all the time. */
static enum err
app_abandon(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_ref *ref, const char *generation)
{
	const struct gitops_file *kept;
	const char *commit, *now = NULL, *name;
	struct desired d;
	enum err e;

	if ((e = runtime_ref_check(ctx, ref)) != ERR_OK ||
	    (e = desired_read(ctx, rt->place, ref->slug, &d)) != ERR_OK)
		return e;
	name = app_file(ctx, "workload", ref);
	kept = desired_find(&d, app_file(ctx, "previous", ref));
	if ((e = desired_edit(ctx, &d, name, generation_read, &now)) != ERR_OK)
		return e;
	if (kept == NULL || now == NULL || strcmp(now, generation) != 0)
		return ERR_OK;
	if ((e = desired_keep(ctx, &d, name, kept->content)) != ERR_OK)
		return e;
	(void)desired_drop(&d, app_file(ctx, "previous", ref));
	return desired_commit(ctx, &d, "put a release back", &commit);
}

/* limits_put - edits the container of a Deployment */
static void
limits_put(struct ctx *ctx, struct json *object, void *arg)
{
	const struct json *container = json_at(json_get(json_get(json_get(
	    json_get(object, "spec"), "template"), "spec"), "containers"), 0);

	if (json_member_is(object, "kind", "Deployment") &&
	    json_is_object(container))
		manifest_resources(ctx, (struct json *)(uintptr_t)container,
		    arg);
}

static enum err
app_scale(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_ref *ref, const struct runtime_limits *limits)
{
	struct runtime_limits given = *limits;
	const char *commit;
	struct desired d;
	enum err e;

	if ((e = runtime_ref_check(ctx, ref)) != ERR_OK ||
	    (e = desired_read(ctx, rt->place, ref->slug, &d)) != ERR_OK ||
	    (e = desired_edit(ctx, &d, app_file(ctx, "workload", ref),
	    limits_put, &given)) != ERR_OK)
		return e;
	return d.n == 0 ? ERR_OK : desired_commit(ctx, &d,
	    "limit an application", &commit);
}

/* The metrics API tells what a pod uses now, and not what it has used. */
static enum err
tenant_usage(struct ctx *ctx, const struct runtime *rt, const char *slug,
    struct runtime_usages *usages)
{
	(void)rt;
	(void)usages;
	return fail(ctx, ERR_UNAVAILABLE, "usage_unknown",
	    "nobody measures what the pods of %s use", slug);
}

static const char *
server_host(struct ctx *ctx, const char *slug)
{
	(void)ctx;
	(void)slug;
	return MANIFEST_SERVER;
}

/* cluster_read - the description, and the certificate for which is sealed */
static enum err
cluster_read(struct ctx *ctx, const struct runtime_place *place,
    struct runtime_kubernetes *made)
{
	struct fault fault;

	if (place->cluster == NULL || place->seal_certificate == NULL ||
	    place->endpoint == NULL || place->key == NULL)
		return fail(ctx, ERR_INTERNAL, "internal",
		    "place %s is not described", place->name);
	if (manifest_place_read(ctx, str_of(place->cluster),
	    &made->cluster) != ERR_OK) {
		fault = ctx->fault;
		fail_clear(ctx);
		return fail(ctx, ERR_INVALID, "place_invalid", "%s",
		    fault.detail != NULL ? fault.detail : "it is no JSON");
	}
	made->seal_wrong = rsa_certificate_read(str_of(
	    place->seal_certificate), (int64_t)time(NULL), &made->seal);
	return ERR_OK;
}

enum err
runtime_kubernetes_open(struct ctx *ctx, const struct runtime_place *place,
    struct runtime *rt)
{
	struct runtime_kubernetes *made = arena_get(ctx->mem, sizeof(*made));
	enum err e;

	if (made == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory");
	if ((e = cluster_read(ctx, place, made)) != ERR_OK)
		return e;
	made->identity = (struct http_identity){ place->ca, NULL, NULL };
	made->kube = (struct kube){ place->endpoint, &made->identity,
	    text_printf(ctx->secrets, "Bearer %s", place->key) };
	if (made->kube.authorization == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory for a token");
	made->store = (struct runtime_store){ .host = MANIFEST_DATABASE,
	    .name = made->cluster.postgres_name,
	    .port = MANIFEST_DATABASE_PORT };
	made->notes = place->notes;
	*rt = (struct runtime){
		.name = "kubernetes", .place = made, .store = &made->store,
		.server_host = server_host, .look = kubernetes_look,
		.ensure_tenant = tenant_ensure, .suspend = tenant_suspend,
		.remove = tenant_remove, .deploy = app_deploy,
		.abandon = app_abandon, .scale = app_scale,
		.stop = app_stop,
		.delete = app_delete, .status = kubernetes_status,
		.logs = kubernetes_logs, .usage = tenant_usage,
	};
	return ERR_OK;
}
