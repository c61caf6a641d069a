/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tenant.remove: removes what there is of a tenant, outside and here, and signs
 * a certificate of that.  Its audit trail stays.
 */
#include "config.h"

#include "libshared/base/str.h"
#include "libshared/doors/field.h"
#include "libshared/doors/sql.h"
#include "modules/worker/place/place.h"
#include "modules/worker/registry/registry_remove.h"
#include "modules/worker/runtime/runtime.h"
#include "modules/worker/store/store.h"
#include "modules/worker/tenant/tenant.h"
#include "modules/worker/work.h"

#include "modules/worker/jobs/deletion.sql.h"
#include "modules/worker/jobs/jobs.sql.h"

struct erased { const char *rows; };

static const struct field erased_view[] = {
	VIEW_TEXT(struct erased, rows),
	FIELD_END
};

/* Waits for jobs that began before the tenant was deleted. */
static enum err
step_runtime(struct ctx *ctx, void *state)
{
	const struct tenant *tenant = state;
	const struct runtime *runtime;
	int64_t busy;
	enum err e;

	if ((e = work_begin(ctx, false)) != ERR_OK ||
	    (e = sql_count(ctx, &SQL_TENANT_BUSY, &busy,
	    ARG_UUID(&ctx->job->id))) != ERR_OK)
		return e;
	if (busy > 0)
		return fail(ctx, ERR_UNAVAILABLE, "tenant_busy",
		    "waits for %lld jobs that are under way",
		    (long long)busy);
	if ((e = sql_commit(ctx)) != ERR_OK || uuid_empty(&tenant->place) ||
	    (e = place_runtime(ctx, &tenant->place, &runtime)) != ERR_OK)
		return e;
	if ((e = runtime->remove(ctx, runtime, tenant->slug)) != ERR_OK)
		return e;
	work_detail(ctx, "all containers and the network");
	return ERR_OK;
}

static enum err
step_database(struct ctx *ctx, void *state)
{
	const struct tenant *tenant = state;
	char role[TENANT_ROLE_MAX];
	enum err e;

	if ((e = stores_drop(ctx)) != ERR_OK)
		return e;
	tenant_role(&tenant->id, role);
	work_detail(ctx, "schema and role %s", role);
	return ERR_OK;
}

/* Images of applications that were removed before go as well. */
static enum err
step_images(struct ctx *ctx, void *state)
{
	const struct tenant *tenant = state;
	const struct registry registry = registry_configured();
	struct registry_removed removed;
	enum err e;

	if (uuid_empty(&tenant->place) || registry.url[0] == '\0')
		return ERR_OK;
	if ((e = registry_tenant_remove(ctx, &registry, tenant->slug,
	    &removed)) != ERR_OK)
		return e;
	work_detail(ctx, "%zu images of %lld bytes", removed.images,
	    (long long)removed.bytes);
	return ERR_OK;
}

/*
 * The mail to the owners, all rows and the certificate in one transaction with
 * the record of the step.
 */
static enum err
step_records(struct ctx *ctx, void *state)
{
	const struct tenant *tenant = state;
	const char *secret, *link;
	struct erased erased;
	enum err e;

	if ((e = tenant_certificate_link(ctx, &secret, &link)) != ERR_OK ||
	    (e = work_begin(ctx, true)) != ERR_OK)
		return e;
	if (!uuid_empty(&tenant->place) &&
	    (e = sql_exec(ctx, &SQL_REMOVED_MAIL, NULL, ARG_TEXT(link))) !=
	    ERR_OK)
		return e;
	if ((e = sql_exec(ctx, &SQL_ANSWERS_FORGET, NULL)) != ERR_OK ||
	    (e = sql_one(ctx, &SQL_TENANT_ERASE, erased_view, &erased,
	    ARG_UUID(&ctx->job->id))) != ERR_OK)
		return e;
	return tenant_certificate(ctx, erased.rows, secret);
}

static const struct job_step steps[] = {
	{ .name = "runtime", .run = step_runtime },
	{ .name = "database", .run = step_database },
	{ .name = "images", .run = step_images },
	{ .name = "records", .run = step_records },
	{ .name = NULL },
};

static enum err
tenant_remove(struct ctx *ctx)
{
	struct tenant tenant;
	enum err e;

	if ((e = tenant_read(ctx, &tenant)) != ERR_OK)
		return e;
	return work_steps(ctx, steps, &tenant);
}

const struct job_kind job_tenant_remove = {
	.name = "tenant.remove",
	.about = "The worker removes everything of a tenant.",
	.run = tenant_remove,
	.steps = steps,
	.attempts = 20,
};
