/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apps.fcgi - applications, their releases, and where these run.
 *
 * Owns tables application, release and deployment; the worker writes their
 * states.  Queues release.assemble, deployment.apply and app.remove.  Start
 * reading at routes[], at the bottom.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/conf.h"
#include "libshared/base/lifecycle.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/common.h"
#include "libshared/skeleton/job.h"
#include "libshared/skeleton/process.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "libshared/skeleton/service.h"
#include "modules/apps/apps.h"
#include "modules/apps/slot.h"

#include "modules/apps/apps.sql.h"

struct app_in { const char *name, *display_name; };
struct edit_in {
	const char	*display_name, *health_check, *health_path;
	int64_t		 health_port;
};

static const struct field app_fields[] = {
	FIELD_TEXT(struct app_in, name, 2, 39, CHARSET_NAME),
	FIELD_TEXT_OPT(struct app_in, display_name, 1, 120, CHARSET_LABEL),
	FIELD_END_OF("AppCreate")
};

static const struct field edit_fields[] = {
	FIELD_TEXT_OPT(struct edit_in, display_name, 1, 120, CHARSET_LABEL),
	FIELD_CHOICE_OPT(struct edit_in, health_check, health_checks),
	FIELD_INT_OPT(struct edit_in, health_port, 1, 65535),
	FIELD_TEXT_OPT(struct edit_in, health_path, 1, 200, CHARSET_TEXT),
	FIELD_END_OF("AppEdit")
};

/* name_permit - refuses reserved names: words of our paths, "admin", ... */
static enum err
name_permit(struct ctx *ctx, const char *name)
{
	int64_t reserved;
	enum err e;

	if ((e = sql_count(ctx, &SQL_APP_NAME_RESERVED, &reserved,
	    ARG_TEXT(name))) != ERR_OK || reserved == 0)
		return e;
	return fail_at(ctx, "name", fail(ctx, ERR_INVALID, "name_reserved",
	    "'%s' is reserved", name));
}

static enum err
app_create(struct ctx *ctx)
{
	struct app_in in;
	struct uuid id;
	struct app app;
	enum err e;

	/* A team's permission covers existing applications only. */
	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = authz_scope(ctx, PERM_APP_MANAGE, NULL, in.name)) != ERR_OK)
		return e;
	if ((e = name_permit(ctx, in.name)) != ERR_OK)
		return e;
	uuid7(&id);
	if ((e = quota_lock(ctx)) != ERR_OK)
		return e;
	e = sql_one(ctx, &SQL_APP_INSERT, app_view, &app, ARG_UUID(&id),
	    ARG_TEXT(in.name), ARG_TEXT(in.display_name == NULL ? in.name :
	    in.display_name));
	if (e == ERR_CONFLICT)
		return fail_at(ctx, "name", fail(ctx, e, "name_taken",
		    "there is an application '%s' already", in.name));
	if (e != ERR_OK || (e = quota_apps(ctx)) != ERR_OK)
		return e;
	audit_subject(ctx, "app", req_copy(ctx, app.id.text));
	audit_fact(ctx, "name", in.name);
	return reply(ctx, 201, app_view, &app);
}

static enum err
app_get(struct ctx *ctx)
{
	struct app app;
	enum err e;

	if ((e = app_of_path(ctx, &app)) != ERR_OK)
		return e;
	return reply(ctx, 200, app_view, &app);
}

/* health_path_check - what a request line may hold as it is */
static enum err
health_path_check(struct ctx *ctx, const char *path)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._~/-";
	size_t i;

	if (path == NULL)
		return ERR_OK;
	for (i = 0; path[i] != '\0'; i++)
		if (strchr(plain, path[i]) == NULL)
			break;
	if (path[0] == '/' && path[i] == '\0')
		return ERR_OK;
	return fail(ctx, ERR_BAD_INPUT, "invalid_fields",
	    "health_path: a path such as /observe/health");
}

/* edit_describe - which check it has now is a fact of the trail */
static void
edit_describe(struct ctx *ctx, const struct app *app, const struct edit_in *in)
{
	audit_subject(ctx, "app", req_copy(ctx, app->id.text));
	if (in->health_check == NULL && in->health_port == 0 &&
	    in->health_path == NULL)
		return;
	audit_fact(ctx, "health_check", app->health_check);
	audit_fact(ctx, "health_path", app->health_path);
	audit_fact(ctx, "health_port", text_printf(ctx->mem, "%lld",
	    (long long)app->health_port));
}

static enum err
app_edit(struct ctx *ctx)
{
	struct edit_in in = { NULL, NULL, NULL, 0 };
	struct app app;
	int64_t version;
	bool found;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = req_version(ctx, &version)) != ERR_OK ||
	    (e = health_path_check(ctx, in.health_path)) != ERR_OK ||
	    (e = app_of_path(ctx, &app)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_APP_EDIT, app_view, &app, &found,
	    ARG_TEXT(req_param(ctx, "app")), ARG_TEXT(in.display_name),
	    ARG_INT(version), ARG_TEXT(in.health_check),
	    in.health_port == 0 ? ARG_NULL : ARG_INT(in.health_port),
	    ARG_TEXT(in.health_path))) != ERR_OK)
		return e;
	if (!found)
		return req_stale(ctx, "application");
	edit_describe(ctx, &app, &in);
	return reply(ctx, 200, app_view, &app);
}

/* The worker stops what runs, then deletes the rows. */
static enum err
app_delete(struct ctx *ctx)
{
	const char *name = req_param(ctx, "app");
	struct uuid operation;
	struct app app;
	bool found;
	enum err e;

	if ((e = app_permitted(ctx, name, NULL)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_APP_DELETE, app_view, &app, &found,
	    ARG_TEXT(name))) != ERR_OK)
		return e;
	if (!found)
		return no_such_app(ctx);
	audit_subject(ctx, "app", req_copy(ctx, app.id.text));
	audit_fact(ctx, "name", app.name);
	if ((e = job_queue(ctx, "app.remove", &app.id, &operation)) != ERR_OK)
		return e;
	return reply(ctx, 202, operation_view, &operation);
}

static const struct route routes[] = {
	ROUTES_COMMON("apps"),
	{ POST, "/api/apps", PERM_APP_MANAGE, app_create,
	    .about = "Makes an application.",
	    .flags = ROUTE_WRITE, .audit = "app.create", .input = app_fields,
	    .output = app_view, .status = 201,
	    .location = "/api/apps/{name}" },
	{ GET, "/api/apps", PERM_APP_READ, app_list,
	    .about = "Lists the applications of the tenant with their "
	    "deployments.",
	    .query = search_query, .output = app_list_view, .list = true,
	    .counted = true },
	{ GET, "/api/apps/environments", PERM_APP_READ, environment_list,
	    .about = "Lists the environments in the order of promotion.",
	    .output = environment_view, .list = true },
	{ GET, "/api/apps/limits", PERM_APP_READ, release_limits,
	    .about = "Says what JARs are taken, before one is sent.",
	    .output = limits_view },
	{ GET, "/api/apps/{app}", PERM_APP_READ, app_get,
	    .about = "Shows an application.",
	    .output = app_view },
	{ PATCH, "/api/apps/{app}", PERM_APP_MANAGE, app_edit,
	    .about = "Changes display name and health check; the check holds "
	    "from the next deployment on.",
	    .flags = ROUTE_WRITE | ROUTE_MATCH, .audit = "app.edit",
	    .input = edit_fields, .output = app_view },
	{ DELETE, "/api/apps/{app}", PERM_APP_MANAGE, app_delete,
	    .about = "Deletes an application and stops it everywhere.",
	    .flags = ROUTE_WRITE | ROUTE_FRESH | ROUTE_TOKEN,
	    .audit = "app.delete", .output = operation_view, .status = 202 },
	{ POST, "/api/apps/{app}/releases", PERM_APP_DEPLOY, release_upload,
	    .about = "Uploads a JAR as the next release.",
	    .flags = ROUTE_WRITE | ROUTE_REMOTE | ROUTE_STREAM,
	    .audit = "release.upload", .query = upload_query,
	    .output = uploaded_view, .status = 202, .body_max = JAR_MAX },
	{ GET, "/api/apps/{app}/releases", PERM_APP_READ, release_list,
	    .about = "Lists releases, newest first.",
	    .query = release_query, .output = release_view, .list = true },
	{ GET, "/api/apps/{app}/releases/{number}", PERM_APP_READ, release_get,
	    .about = "Shows a release.",
	    .output = release_view },
	{ GET, "/api/apps/{app}/findings", PERM_APP_READ, finding_list,
	    .about = "Lists the credentials in JARs that an owner keeps.",
	    .output = finding_view, .list = true },
	{ POST, "/api/apps/{app}/findings", PERM_FINDING_ACKNOWLEDGE,
	    finding_acknowledge,
	    .about = "Acknowledges a credential that an upload was refused "
	    "for, by its fingerprint: the next upload is taken with it.",
	    .flags = ROUTE_WRITE, .audit = "finding.acknowledge",
	    .input = finding_fields, .output = finding_view, .status = 201,
	    .location = "/api/apps/{app}/findings/{fingerprint}" },
	{ DELETE, "/api/apps/{app}/findings/{fingerprint}",
	    PERM_FINDING_ACKNOWLEDGE, finding_take_back,
	    .about = "Takes it back: the next upload is refused again.",
	    .flags = ROUTE_WRITE, .audit = "finding.refuse", .status = 204 },
	{ POST, "/api/apps/{app}/deployments", PERM_APP_DEPLOY,
	    deployment_create,
	    .about = "Deploys a release to an environment, also for promotion "
		"and rollback.",
	    .flags = ROUTE_WRITE, .audit = "deployment.create",
	    .input = deployment_fields, .output = operation_view,
	    .status = 202 },
	{ GET, "/api/apps/{app}/deployments", PERM_APP_READ, deployment_list,
	    .about = "Shows what runs where.",
	    .output = deployment_view, .list = true },
	{ POST, "/api/apps/{app}/deployments/{environment}/stop",
	    PERM_APP_DEPLOY, deployment_stop,
	    .about = "Stops it; release and settings stay.",
	    .flags = ROUTE_WRITE, .audit = "deployment.stop",
	    .output = operation_view, .status = 202 },
	{ POST, "/api/apps/{app}/deployments/{environment}/start",
	    PERM_APP_DEPLOY, deployment_start,
	    .about = "Starts it again.",
	    .flags = ROUTE_WRITE, .audit = "deployment.start",
	    .output = operation_view, .status = 202 },
	{ GET, "/api/apps/{app}/logs", PERM_LOG_READ, log_list,
	    .about = "Lists log lines; after=next returns newer ones.",
	    .query = log_query, .output = log_view, .list = true },
};

struct apps_conf { int64_t uploads; };

static const struct setting apps_settings[] = {
	SETTING(apps_conf, uploads, INT, "16", 1, 128,
	    "Uploads of JARs that are received at the same time."),
	SETTINGS_END
};

static int64_t
uploads_max(void)
{
	const struct apps_conf *conf = conf_part(process.conf, apps_settings,
	    sizeof(*conf));

	return conf->uploads;
}

/* upload_children - more than slots, so that one is free to refuse */
static int64_t
upload_children(void)
{
	return uploads_max() + 2;
}

static int
apps_setup(void)
{
	return slots_init(uploads_max());
}

int
main(int argc, char *argv[])
{
	static const struct service apps = {
		.name = "apps", .routes = routes, .nroutes = nitems(routes),
		.setup = apps_setup, .second = "upload",
		.second_children = upload_children,
	};

	return service_main(argc, argv, &apps);
}
