/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Flux does for a tenant (M3.2): one Kustomization that the platform's
 * account applies, and one that the tenant's account applies after it, so that
 * a mistake in one tenant's files stops only this tenant.  Then the release of
 * our chart.  All of it works under Flux' lock-down flags.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "modules/worker/runtime/manifest_part.h"

#define POOLER_MEMORY_MB	64
#define POOLER_CPU_MILLIS	200

static const struct manifest_kind kustomization_kind = {
	"kustomize.toolkit.fluxcd.io/v1", "Kustomization" };
static const struct manifest_kind source_kind = {
	"source.toolkit.fluxcd.io/v1", "OCIRepository" };
static const struct manifest_kind release_kind = {
	"helm.toolkit.fluxcd.io/v2", "HelmRelease" };

/* kustomization_new - returns its spec */
static struct json *
kustomization_new(struct manifest *m, struct json *list, const char *name,
    const char *folder)
{
	struct json *object = manifest_object(m, &kustomization_kind,
	    m->place->flux_namespace, name), *spec, *source;

	json_add(list, object);
	spec = manifest_member(m->ctx, object, "spec");
	json_put_text(spec, "interval", "10m");
	json_put_text(spec, "retryInterval", "1m");
	json_put_text(spec, "timeout", "5m");
	json_put_bool(spec, "prune", true);
	json_put_text(spec, "path", text_printf(m->ctx->mem,
	    "./tenants/%s/%s/%s", m->place->name, m->slug, folder));
	source = manifest_member(m->ctx, spec, "sourceRef");
	json_put_text(source, "kind", "GitRepository");
	json_put_text(source, "name", m->place->flux_repository);
	return spec;
}

enum err
manifest_flux(struct manifest *m, bool workload)
{
	struct json *list = json_array(m->ctx), *spec;
	const char *first, *path;

	first = text_printf(m->ctx->mem, "%s-namespace", m->account);
	path = text_printf(m->ctx->mem, "/clusters/%s/tenants/%s.yaml",
	    m->place->name, m->slug);
	if (first == NULL || path == NULL)
		return fail(m->ctx, ERR_TOO_LARGE, "manifest_too_large",
		    "the manifests of %s are too large", m->slug);
	spec = kustomization_new(m, list, first, "namespace");
	json_put_bool(spec, "wait", true);
	json_put_text(spec, "serviceAccountName", m->place->flux_account);
	if (!workload)
		return manifest_file_add(m, path, list);
	spec = kustomization_new(m, list, m->account, "workload");
	json_put_text(spec, "serviceAccountName", m->account);
	json_put_text(spec, "targetNamespace", m->space);
	json_put_text(manifest_row(m->ctx, manifest_list(m->ctx, spec,
	    "dependsOn")), "name", first);
	/* One that does not start must not hold up what mends it. */
	json_put_bool(spec, "wait", false);
	json_put_text(spec, "deletionPolicy", "WaitForTermination");
	return manifest_file_add(m, path, list);
}

static void
source_put(struct manifest *m, struct json *list)
{
	struct json *spec, *part;

	json_add(list, manifest_spec(m, &source_kind, MANIFEST_SERVER, &spec));
	json_put_text(spec, "interval", "10m");
	json_put_text(spec, "url", m->place->chart);
	if (m->place->chart_insecure)
		json_put_bool(spec, "insecure", true);
	json_put_text(manifest_member(m->ctx, spec, "ref"),
	    strncmp(m->place->chart_version, "sha256:", 7) == 0 ? "digest" :
	    "tag", m->place->chart_version);
	part = manifest_member(m->ctx, spec, "layerSelector");
	json_put_text(part, "mediaType",
	    "application/vnd.cncf.helm.chart.content.v1.tar+gzip");
	json_put_text(part, "operation", "copy");
}

/* image_put - the chart wants name and digest apart */
static void
image_put(struct manifest *m, struct json *values, const char *image)
{
	const char *at = strchr(image, '@');
	struct json *part = manifest_member(m->ctx, values, "image");

	json_put_text(part, "repository", text_printf(m->ctx->mem,
	    "%s/%.*s", m->place->registry, (int)(at - image), image));
	json_put_text(part, "digest", at + 1);
}

static void
server_values(struct manifest *m, struct json *values, const char *digest)
{
	const struct runtime_tenant *server = &m->tenant->server;
	struct json *part = manifest_member(m->ctx, values, "server"), *list;
	const struct runtime_pair *pair;

	image_put(m, part, m->place->server_image);
	json_put_int(part, "replicas", m->tenant->suspended ? 0 : 1);
	json_put_int(part, "port", RUNTIME_SERVER_PORT);
	json_put_text(part, "secretName", MANIFEST_SERVER);
	json_put_text(part, "secretDigest", digest);
	json_put_text(part, "secretsDir", RUNTIME_SECRETS_DIR);
	manifest_resources(m->ctx, part, &server->limits);
	list = manifest_list(m->ctx, part, "env");
	for (pair = server->env; pair->name != NULL; pair++) {
		struct json *row = manifest_row(m->ctx, list);

		json_put_text(row, "name", pair->name);
		json_put_text(row, "value", pair->value);
	}
}

static void
pooler_values(struct manifest *m, struct json *values, const char *digest)
{
	const struct runtime_limits limits = { .memory_mb = POOLER_MEMORY_MB,
	    .cpu_millis = POOLER_CPU_MILLIS };
	struct json *part = manifest_member(m->ctx, values, "pgbouncer");
	struct json *postgres;

	image_put(m, part, m->place->pooler_image);
	json_put_int(part, "replicas", m->tenant->suspended ? 0 : 1);
	json_put_int(part, "port", MANIFEST_DATABASE_PORT);
	json_put_text(part, "secretName", MANIFEST_DATABASE);
	json_put_text(part, "secretDigest", digest);
	json_put_int(part, "poolSize", m->tenant->server.connections);
	manifest_resources(m->ctx, part, &limits);
	postgres = manifest_member(m->ctx, part, "postgres");
	json_put_text(postgres, "host", m->place->postgres_host);
	json_put_int(postgres, "port", m->place->postgres_port);
	json_put_text(postgres, "database", m->place->postgres_name);
	json_put_text(postgres, "sslmode", m->place->postgres_sslmode);
	json_put_text(postgres, "ca", m->place->postgres_ca == NULL ? "" :
	    m->place->postgres_ca);
}

static void
retry_put(struct manifest *m, struct json *spec, const char *action)
{
	struct json *strategy = manifest_member(m->ctx, manifest_member(m->ctx,
	    spec, action), "strategy");

	json_put_text(strategy, "name", "RetryOnFailure");
	json_put_text(strategy, "retryInterval", "1m");
}

static void
release_put(struct manifest *m, struct json *list, const char *server,
    const char *pooler)
{
	struct json *spec, *part;

	json_add(list, manifest_spec(m, &release_kind, MANIFEST_SERVER,
	    &spec));
	json_put_text(spec, "interval", "30m");
	json_put_text(spec, "timeout", "5m");
	json_put_text(spec, "releaseName", MANIFEST_SERVER);
	json_put_text(spec, "serviceAccountName", "flux-tenant");
	part = manifest_member(m->ctx, spec, "chartRef");
	json_put_text(part, "kind", "OCIRepository");
	json_put_text(part, "name", MANIFEST_SERVER);
	retry_put(m, spec, "install");
	retry_put(m, spec, "upgrade");
	json_put_text(manifest_member(m->ctx, spec, "driftDetection"), "mode",
	    "enabled");
	part = manifest_member(m->ctx, spec, "values");
	server_values(m, part, server);
	pooler_values(m, part, pooler);
}

/* userlist_of - what PgBouncer knows: one role of one tenant */
static enum err
userlist_of(struct manifest *m, struct runtime_secret secrets[2])
{
	const char *text;

	/* It doubles a quote; a role or password of ours holds none. */
	if (strchr(m->tenant->server.role, '"') != NULL ||
	    strchr(m->tenant->server.password, '"') != NULL)
		return fail(m->ctx, ERR_INTERNAL, NULL,
		    "a quote in a role or its password");
	text = text_printf(m->ctx->secrets, "\"%s\" \"%s\"\n",
	    m->tenant->server.role, m->tenant->server.password);
	if (text == NULL)
		return fail(m->ctx, ERR_INTERNAL, NULL, "no memory");
	secrets[0] = (struct runtime_secret){ "userlist.txt", text,
	    strlen(text) };
	secrets[1] = (struct runtime_secret){ NULL, NULL, 0 };
	return ERR_OK;
}

enum err
manifest_release(struct manifest *m)
{
	struct json *list = json_array(m->ctx);
	struct runtime_secret userlist[2];
	const char *server, *pooler;
	enum err e;

	if ((e = userlist_of(m, userlist)) != ERR_OK ||
	    (e = manifest_sealed(m, MANIFEST_SERVER, m->tenant->server.secrets,
	    &server)) != ERR_OK ||
	    (e = manifest_sealed(m, MANIFEST_DATABASE, userlist, &pooler)) !=
	    ERR_OK)
		return e;
	source_put(m, list);
	release_put(m, list, server, pooler);
	return manifest_file_add(m, "workload/server.yaml", list);
}
