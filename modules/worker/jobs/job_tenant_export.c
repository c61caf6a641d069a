/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tenant.export: a tenant as manifests for a cluster that an operator
 * describes.  Nothing of what runs is touched.
 *
 * The worker alone opens a tenant's secrets, so it alone seals them for the
 * controller of that cluster; what it stores nobody here can open.
 */
#include "config.h"

#include <string.h>
#include <time.h>

#include "libshared/base/arena.h"
#include "libshared/base/lifecycle.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/field.h"
#include "libshared/doors/sql.h"
#include "modules/worker/tenant/app_env.h"
#include "modules/worker/runtime/manifest.h"
#include "modules/worker/tenant/tenant.h"
#include "modules/worker/work.h"

#include "modules/worker/jobs/export.sql.h"

#define DIGEST_PURPOSE	"manifest-digest"

struct wish { const char *place, *certificate; };

static const struct field wish_view[] = {
	VIEW_TEXT(struct wish, place),
	VIEW_TEXT(struct wish, certificate),
	FIELD_END
};

struct sealed_file { const char *path, *content; };

static const struct field sealed_view[] = {
	VIEW_TEXT(struct sealed_file, path),
	VIEW_TEXT(struct sealed_file, content),
	FIELD_END
};

struct app_row {
	struct uuid	 id;
	const char	*wanted, *app, *environment, *image;
	const char	*health_check, *health_path;
	int64_t		 version, release, health_port, cpu_millis, memory_mb;
};

static const struct field app_view[] = {
	VIEW_UUID(struct app_row, id),
	VIEW_TEXT(struct app_row, wanted),
	VIEW_INT(struct app_row, version),
	VIEW_INT(struct app_row, release),
	VIEW_TEXT(struct app_row, app),
	VIEW_TEXT(struct app_row, environment),
	VIEW_TEXT(struct app_row, health_check),
	VIEW_INT(struct app_row, health_port),
	VIEW_TEXT(struct app_row, health_path),
	VIEW_TEXT(struct app_row, image),
	VIEW_INT(struct app_row, cpu_millis),
	VIEW_INT(struct app_row, memory_mb),
	FIELD_END
};

struct export {
	struct tenant		 tenant;
	struct wish		 wish;
	struct manifest_place	 place;
	struct rsa_certificate	 certificate;
	struct manifest_tenant	 made;
	struct manifest_files	 before;
	struct runtime_secret	 app_secrets[2];
};

/* before_keep - as the list that manifest_build() compares with */
static enum err
before_keep(struct ctx *ctx, const struct sealed_file *rows, size_t n,
    struct manifest_files *before)
{
	size_t i;

	before->rows = arena_array(ctx->mem, n, sizeof(*before->rows));
	if (before->rows == NULL && n > 0)
		return fail(ctx, ERR_TOO_LARGE, "manifest_too_large",
		    "too many manifests");
	for (i = 0; i < n; i++)
		before->rows[i] = (struct manifest_file){ rows[i].path,
		    rows[i].content };
	before->n = n;
	return ERR_OK;
}

/* apps_fill - rows become what the manifests take */
static enum err
apps_fill(struct ctx *ctx, struct export *self, const struct app_row *rows,
    size_t n)
{
	struct manifest_app *apps = arena_array(ctx->mem, n, sizeof(*apps));
	char hex[SHA256_HEX_MAX];
	const char *wish;
	size_t i;

	if (apps == NULL && n > 0)
		return fail(ctx, ERR_TOO_LARGE, "manifest_too_large",
		    "too many applications");
	for (i = 0; i < n; i++) {
		const struct app_row *row = &rows[i];
		struct runtime_pair *env = arena_array(ctx->mem, APP_ENV_MAX,
		    sizeof(*env));

		wish = text_printf(ctx->mem, "%s:%lld", row->id.text,
		    (long long)row->version);
		if (env == NULL || wish == NULL)
			return fail(ctx, ERR_TOO_LARGE, "manifest_too_large",
			    "too many applications");
		sha256_hex(wish, strlen(wish), hex);
		app_env_put(ctx, &(const struct app_env){
		    .server = MANIFEST_SERVER, .application = row->app,
		    .environment = row->environment }, env);
		apps[i] = (struct manifest_app){ .app = {
		    .tenant = self->tenant.id,
		    .ref = { self->tenant.slug, row->environment, row->app },
		    .generation = arena_text(ctx->mem, hex, 8),
		    .release = row->release, .image = row->image, .env = env,
		    .secrets = self->app_secrets,
		    .limits = { .memory_mb = row->memory_mb,
		    .cpu_millis = row->cpu_millis },
		    .health = { row->health_check, row->health_port,
		    row->health_path, NULL, NULL } },
		    .stopped = strcmp(row->wanted, "stopped") == 0 };
	}
	self->made.apps = apps;
	self->made.napps = n;
	return ERR_OK;
}

/* export_read - what was asked for, and what is known of the tenant */
static enum err
export_read(struct ctx *ctx, struct export *self)
{
	struct sealed_file *sealed;
	struct app_row *apps;
	size_t nsealed, napps;
	bool found;
	enum err e;

	if ((e = work_begin(ctx, false)) != ERR_OK ||
	    (e = tenant_load(ctx, &self->tenant)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_EXPORT_GET, wish_view, &self->wish,
	    &found)) != ERR_OK ||
	    (e = sql_many(ctx, &SQL_EXPORT_SEALED, sealed_view,
	    sizeof(*sealed), &sealed, &nsealed)) != ERR_OK ||
	    (e = sql_many(ctx, &SQL_EXPORT_APPS, app_view, sizeof(*apps),
	    &apps, &napps)) != ERR_OK || (e = sql_commit(ctx)) != ERR_OK)
		return e;
	if (!found)
		return fail(ctx, ERR_INVALID, "tenant_not_active",
		    "the tenant was removed");
	if ((e = before_keep(ctx, sealed, nsealed, &self->before)) != ERR_OK)
		return e;
	return apps_fill(ctx, self, apps, napps);
}

/* wish_check - what an operator wrote is refused for good, with the reason */
static enum err
wish_check(struct ctx *ctx, struct export *self)
{
	struct fault fault;
	const char *why;

	if (manifest_place_read(ctx, str_of(self->wish.place),
	    &self->place) != ERR_OK) {
		fault = ctx->fault;
		fail_clear(ctx);
		return fail(ctx, ERR_INVALID, "place_invalid", "%s",
		    fault.detail != NULL ? fault.detail : "it is no JSON");
	}
	why = rsa_certificate_read(str_of(self->wish.certificate),
	    (int64_t)time(NULL), &self->certificate);
	if (why != NULL)
		return fail(ctx, ERR_INVALID, "certificate_invalid",
		    "the certificate is refused: %s", why);
	return ERR_OK;
}

/* tenant_fill - the server with its secrets, whose schema is behind the pool */
static enum err
tenant_fill(struct ctx *ctx, struct export *self)
{
	char role[TENANT_ROLE_MAX];
	const struct runtime_store store = {
		.host = MANIFEST_DATABASE, .name = self->place.postgres_name,
		.login = role, .port = MANIFEST_DATABASE_PORT,
	};
	const char *token;
	enum err e;

	tenant_role(&self->tenant.id, role);
	if ((e = tenant_server_describe(ctx, &self->tenant, &store,
	    &self->made.server)) != ERR_OK ||
	    (e = tenant_secret(ctx, SECRET_BOOTSTRAP, &token)) != ERR_OK)
		return e;
	self->app_secrets[0] = (struct runtime_secret){ SECRET_BOOTSTRAP,
	    token, strlen(token) };
	self->made.suspended = tenant_state_of(self->tenant.state) ==
	    TENANT_SUSPENDED;
	return ERR_OK;
}

/* files_store - in a transaction that stays open: in place of the last ones */
static enum err
files_store(struct ctx *ctx, const struct manifest_files *files)
{
	size_t i;
	enum err e;

	if ((e = work_begin(ctx, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_EXPORT_CLEAR, NULL)) != ERR_OK)
		return e;
	for (i = 0; i < files->n; i++)
		if ((e = sql_exec(ctx, &SQL_EXPORT_ADD, NULL,
		    ARG_TEXT(files->rows[i].path),
		    ARG_TEXT(files->rows[i].text))) != ERR_OK)
			return e;
	return ERR_OK;
}

static enum err
step_manifests(struct ctx *ctx, void *state)
{
	struct export *self = state;
	struct manifest_seal seal = { .certificate = &self->certificate,
	    .before = &self->before };
	struct manifest_files files;
	enum err e;

	if ((e = export_read(ctx, self)) != ERR_OK ||
	    (e = wish_check(ctx, self)) != ERR_OK ||
	    (e = tenant_fill(ctx, self)) != ERR_OK)
		return e;
	hmac_sha256(self->app_secrets[0].data, self->app_secrets[0].len,
	    DIGEST_PURPOSE, strlen(DIGEST_PURPOSE), seal.key);
	e = manifest_build(ctx, &self->place, &self->made, &seal, &files);
	secret_wipe(seal.key, sizeof(seal.key));
	if (e != ERR_OK)
		return e;
	work_detail(ctx, "%zu files for place %s", files.n, self->place.name);
	return files_store(ctx, &files);
}

static const struct job_step steps[] = {
	{ .name = "manifests", .run = step_manifests },
	{ .name = NULL },
};

static enum err
tenant_export(struct ctx *ctx)
{
	struct export *self = arena_get(ctx->mem, sizeof(*self));

	if (self == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory");
	return work_steps(ctx, steps, self);
}

const struct job_kind job_tenant_export = {
	.name = "tenant.export",
	.about = "The worker makes manifests of a tenant for another cluster.",
	.run = tenant_export,
	.steps = steps,
	.attempts = 3,
};
