/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compares what each tenant has at its place with what the database says it
 * should have, field by field, and remembers since when they differ.
 *
 * Nothing is changed here: the watch starts again what was stopped or removed,
 * and the job drift.restore undoes the rest when somebody asks for it.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/conf.h"
#include "libshared/base/log.h"
#include "libshared/base/str.h"
#include "libshared/doors/field.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/prefork.h"
#include "libshared/skeleton/process.h"
#include "modules/worker/tenant/app_env.h"
#include "modules/worker/place/place.h"
#include "modules/worker/rounds/rounds.h"
#include "modules/worker/runtime/runtime_drift.h"
#include "modules/worker/tenant/tenant.h"
#include "modules/worker/work.h"

#include "modules/worker/rounds/drift.sql.h"

#define LOOK_MEM_MAX	((size_t)64 << 20)

struct drift_conf { int64_t drift_every_s; };

static const struct setting drift_settings[] = {
	SETTING(drift_conf, drift_every_s, INT, "60", 5, 86400,
	    "Seconds between two looks at what a tenant has at its place."),
	SETTINGS_END
};

struct due { struct uuid tenant, place; const char *slug; };

static const struct field due_view[] = {
	VIEW_UUID(struct due, tenant),
	VIEW_TEXT(struct due, slug),
	VIEW_UUID(struct due, place),
	FIELD_END
};

struct app {
	struct uuid	 id;
	const char	*app, *environment, *image, *generation;
	const char	*health_check, *health_path;
	bool		 settled;
	int64_t		 release, health_port, cpu_millis, memory_mb;
};

static const struct field app_view[] = {
	VIEW_UUID(struct app, id),
	VIEW_TEXT(struct app, app),
	VIEW_TEXT(struct app, environment),
	VIEW_INT(struct app, release),
	VIEW_TEXT_OPT(struct app, image),
	VIEW_TEXT(struct app, generation),
	VIEW_BOOL(struct app, settled),
	VIEW_TEXT(struct app, health_check),
	VIEW_INT(struct app, health_port),
	VIEW_TEXT(struct app, health_path),
	VIEW_INT(struct app, cpu_millis),
	VIEW_INT(struct app, memory_mb),
	FIELD_END
};

struct there { bool role, schema; };

static const struct field there_view[] = {
	VIEW_BOOL(struct there, role),
	VIEW_BOOL(struct there, schema),
	FIELD_END
};

/* What one tenant should have, and the ids of its deployments. */
struct wish {
	struct runtime_wish	 all;
	struct runtime_tenant	 server;
	struct uuid		*ids;		/* of all.apps */
};

/* app_wish - the container of a deployment, without its secrets */
static enum err
app_wish(struct ctx *ctx, const struct due *due, const struct app *app,
    struct runtime_app *wish)
{
	struct runtime_pair *env = arena_array(ctx->mem, APP_ENV_MAX,
	    sizeof(*env));
	const struct app_env told = { .application = app->app,
	    .environment = app->environment,
	    .server = text_printf(ctx->mem, "cameleer-server-%s", due->slug),
	    .instance = text_printf(ctx->mem, "%s-%s-0-%s", app->environment,
	    app->app, app->generation) };

	if (env == NULL || told.server == NULL || told.instance == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory");
	app_env_put(ctx, &told, env);
	*wish = (struct runtime_app){
		.tenant = due->tenant, .env = env, .image = app->image,
		.ref = { due->slug, app->environment, app->app },
		.generation = app->generation, .release = app->release,
		.limits = { .memory_mb = app->memory_mb,
		    .cpu_millis = app->cpu_millis },
		.health = { .check = app->health_check,
		    .port = app->health_port, .path = app->health_path },
	};
	return ERR_OK;
}

static enum err
apps_wish(struct ctx *ctx, const struct due *due, const struct app *rows,
    size_t n, struct wish *wish)
{
	struct runtime_app *apps = arena_array(ctx->mem, n + 1,
	    sizeof(*apps));
	struct runtime_ref *open = arena_array(ctx->mem, n + 1,
	    sizeof(*open));
	size_t i;
	enum err e;

	wish->ids = arena_array(ctx->mem, n + 1, sizeof(*wish->ids));
	if (apps == NULL || open == NULL || wish->ids == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory");
	wish->all.apps = apps;
	wish->all.open = open;
	for (i = 0; i < n; i++) {
		if (!rows[i].settled || rows[i].image == NULL) {
			open[wish->all.nopen++] = (struct runtime_ref){
			    due->slug, rows[i].environment, rows[i].app };
			continue;
		}
		wish->ids[wish->all.napps] = rows[i].id;
		if ((e = app_wish(ctx, due, &rows[i],
		    &apps[wish->all.napps++])) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

/* wish_read - what the database says that the tenant should have */
static enum err
wish_read(struct ctx *ctx, const struct due *due, struct wish *wish)
{
	struct tenant tenant;
	struct app *rows;
	size_t n;
	enum err e;

	*wish = (struct wish){ .all = { .tenant = due->tenant,
	    .slug = due->slug } };
	if ((e = work_begin_for(ctx, &due->tenant, false)) != ERR_OK ||
	    (e = tenant_load(ctx, &tenant)) != ERR_OK ||
	    (e = sql_many(ctx, &SQL_DRIFT_APPS, app_view, sizeof(*rows),
	    &rows, &n)) != ERR_OK || (e = sql_commit(ctx)) != ERR_OK ||
	    (e = tenant_server_wish(ctx, &tenant, &wish->server)) != ERR_OK)
		return e;
	wish->all.server = &wish->server;
	return apps_wish(ctx, due, rows, n, wish);
}

static const struct uuid *
subject_of(const struct due *due, const struct wish *wish, int64_t whose)
{
	if (whose == RUNTIME_DIFF_SERVER)
		return &due->tenant;
	return whose < 0 ? NULL : &wish->ids[whose];
}

static enum err
change_record(struct ctx *ctx, const struct due *due, int64_t found,
    int64_t gone)
{
	struct json *facts = json_object(ctx);
	struct audit audit = { .action = "drift.change",
	    .subject_type = "tenant", .subject_id = due->tenant.text,
	    .result = found > 0 ? AUDIT_FAILED : AUDIT_DONE,
	    .code = found > 0 ? "drift_found" : NULL };
	enum err e;

	json_put_int(facts, "found", found);
	json_put_int(facts, "gone", gone);
	if ((e = json_print(ctx, facts, &audit.facts, NULL)) != ERR_OK)
		return e;
	return audit_write(ctx, &audit);
}

/* diffs_record - stores them with the date of the first look that saw each */
static enum err
diffs_record(struct ctx *ctx, const struct due *due, const struct wish *wish,
    const struct runtime_diffs *diffs)
{
	int64_t n = 0, found = 0, gone = 0;
	const struct runtime_diff *diff;
	const struct uuid *subject;
	enum err e;

	if ((e = work_begin_for(ctx, &due->tenant, true)) != ERR_OK)
		return e;
	for (diff = diffs->rows; diff < diffs->rows + diffs->n; diff++) {
		subject = subject_of(due, wish, diff->whose);
		if ((e = sql_count(ctx, &SQL_DRIFT_PUT, &n,
		    ARG_TEXT(diff->object), ARG_TEXT(diff->field),
		    ARG_TEXT(diff->wanted), ARG_TEXT(diff->live),
		    ARG_TEXT(subject == NULL ? NULL : subject->text))) !=
		    ERR_OK)
			return e;
		found += n;
	}
	if ((e = sql_exec(ctx, &SQL_DRIFT_GONE, &gone)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_DRIFT_LOOKED, NULL, ARG_NULL)) != ERR_OK ||
	    (found + gone > 0 && (e = change_record(ctx, due, found, gone)) !=
	    ERR_OK))
		return e;
	return sql_commit(ctx);
}

/* database_look - is the tenant's part of the tenants' database there? */
static enum err
database_look(struct ctx *ctx, const struct worker *worker,
    const struct due *due, struct runtime_diffs *diffs)
{
	char role[TENANT_ROLE_MAX];
	struct sql *own = ctx->db;
	struct there there;
	enum err e;

	tenant_role(&due->tenant, role);
	ctx->db = worker->tenants_db;
	e = sql_one(ctx, &SQL_DRIFT_DATABASE, there_view, &there,
	    ARG_TEXT(role));
	if (e != ERR_OK)
		sql_reset(ctx);
	ctx->db = own;
	if (e != ERR_OK)
		return e;
	if (!there.role && diffs->n < RUNTIME_DIFFS_MAX)
		diffs->rows[diffs->n++] = (struct runtime_diff){ "database",
		    "role", "there", "missing", RUNTIME_DIFF_SERVER };
	if (!there.schema && diffs->n < RUNTIME_DIFFS_MAX)
		diffs->rows[diffs->n++] = (struct runtime_diff){ "database",
		    "schema", "there", "missing", RUNTIME_DIFF_SERVER };
	return ERR_OK;
}

static enum err
tenant_look(struct ctx *ctx, const struct worker *worker,
    const struct due *due)
{
	struct runtime_diffs *diffs = arena_get(ctx->mem, sizeof(*diffs));
	const struct runtime *rt;
	struct wish wish;
	enum err e;

	if (diffs == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory");
	if ((e = wish_read(ctx, due, &wish)) != ERR_OK ||
	    (e = place_runtime(ctx, &due->place, &rt)) != ERR_OK)
		return e;
	if (rt->compare == NULL)
		return fail(ctx, ERR_INVALID, NULL,
		    "places of kind %s cannot be compared yet", rt->name);
	if ((e = rt->compare(ctx, rt, &wish.all, diffs)) != ERR_OK ||
	    (e = database_look(ctx, worker, due, diffs)) != ERR_OK)
		return e;
	return diffs_record(ctx, due, &wish, diffs);
}

/* look_missed - what differed before stays, since nothing is known now */
static enum err
look_missed(struct ctx *ctx, const struct due *due)
{
	const char *why = ctx->fault.detail;
	enum err e;

	sql_rollback(ctx);
	log_event(LOG_WARN, "drift_missed", LOG_TEXT("tenant", due->slug),
	    LOG_TEXT("detail", why));
	fail_clear(ctx);
	if ((e = work_begin_for(ctx, &due->tenant, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_DRIFT_LOOKED, NULL, ARG_TEXT(why == NULL ?
	    "it does not answer" : why))) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

/* all_look - each with the whole memory of a context of its own */
static enum err
all_look(struct ctx *ctx, const struct worker *worker, const struct due *due,
    size_t n)
{
	struct ctx *own = ctx_new(LOOK_MEM_MAX);
	enum err e = ERR_OK;
	size_t i;

	for (i = 0; i < n && e == ERR_OK && !prefork_stopping(); i++) {
		ctx_part(own, ctx);
		if (tenant_look(own, worker, &due[i]) != ERR_OK)
			e = look_missed(own, &due[i]);
	}
	if (e != ERR_OK)
		(void)fail(ctx, e, NULL, "a look could not be recorded");
	ctx_free(&own);
	return e;
}

enum err
drift_round(struct ctx *ctx, const struct worker *worker)
{
	const struct drift_conf *conf = conf_part(process.conf,
	    drift_settings, sizeof(*conf));
	struct due *due;
	size_t n;
	enum err e;

	if ((e = sql_exec(ctx, &SQL_DRIFT_SWEEP, NULL)) != ERR_OK ||
	    (e = sql_many(ctx, &SQL_DRIFT_DUE, due_view, sizeof(*due), &due,
	    &n, ARG_INT(conf->drift_every_s))) != ERR_OK)
		return e;
	return all_look(ctx, worker, due, n);
}
