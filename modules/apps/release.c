/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A JAR becomes a release: received, inspected, recorded; the worker makes the
 * image.  Receiving and inspecting happen outside of a transaction, so that a
 * slow upload does not keep a database connection in one.
 */
#include "config.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "libshared/base/arena.h"
#include "libshared/base/java_base.h"
#include "libshared/base/lifecycle.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/field_shape.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/authn.h"
#include "libshared/skeleton/idempotency.h"
#include "libshared/skeleton/job.h"
#include "libshared/skeleton/process.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/apps/apps.h"
#include "modules/apps/inspect/inspect.h"
#include "modules/apps/slot.h"

#include "modules/apps/apps.sql.h"

/* JARs of the largest size that a tenant may have waiting in the spool. */
#define WAITING_MAX	4

struct release {
	struct uuid	 id;
	int64_t		 number, jar_size;
	const char	*state, *jar_sha256, *jar_facts, *image, *image_digest;
	const char	*error_code, *error, *created_at;
};

const struct field release_view[] = {
	VIEW_UUID(struct release, id),
	VIEW_INT(struct release, number),
	VIEW_CHOICE(struct release, state, release_states),
	VIEW_TEXT(struct release, jar_sha256),
	VIEW_INT(struct release, jar_size),
	VIEW_OBJECT(struct release, jar_facts, inspect_facts_shape),
	VIEW_TEXT_OPT(struct release, image),
	VIEW_TEXT_OPT(struct release, image_digest),
	VIEW_TEXT_OPT(struct release, error_code),
	VIEW_TEXT_OPT(struct release, error),
	VIEW_TIME(struct release, created_at),
	FIELD_END_OF("Release")
};

/* The greatest JAR size, and the environment; empty when not deployed. */
struct room {
	int64_t		 jar_bytes, waiting;
	struct uuid	 environment;
	const char	*environment_name;
	const char	*known;		/* findings that may stay */
};

static const struct field room_view[] = {
	VIEW_INT(struct room, jar_bytes),
	VIEW_INT(struct room, waiting),
	VIEW_UUID_OPT(struct room, environment),
	VIEW_TEXT_OPT(struct room, environment_name),
	FIELD_END
};

struct number { int64_t number; };

static const struct field number_view[] = {
	VIEW_INT(struct number, number),
	FIELD_END
};

static const char *const yes_no[] = { "true", "false", NULL };

struct upload_in { const char *deploy; };

const struct field upload_query[] = {
	FIELD_CHOICE_OPT(struct upload_in, deploy, yes_no),
	FIELD_END
};

/* For OpenAPI: the content of a 202. */
struct uploaded { const char *release; struct uuid operation; };

const struct field uploaded_view[] = {
	VIEW_OBJECT(struct uploaded, release, release_view),
	VIEW_UUID(struct uploaded, operation),
	FIELD_END_OF("ReleaseUploaded")
};

struct release_in { int64_t limit, after; };

const struct field release_query[] = {
	FIELD_INT_OPT(struct release_in, limit, 1, LIST_LIMIT_MAX),
	FIELD_INT_OPT(struct release_in, after, 1, INT64_MAX),
	FIELD_END
};

/* java_find - the level of the runtime that its classes will run on */
static enum err
java_find(struct ctx *ctx, const struct jar_facts *facts, int64_t *level)
{
	char levels[JAVA_LEVELS_TEXT_MAX];
	const char *image;

	*level = java_base_find(process.conf, facts->java_level, &image);
	if (*level != 0)
		return ERR_OK;
	java_base_levels(process.conf, levels);
	return fail(ctx, ERR_INVALID, "jar_java_level",
	    "the classes need Java %u; here is Java %s: compile for that"
	    " (maven.compiler.release, or options.release in Gradle)",
	    facts->java_level, levels);
}

/* facts_text - prints what the inspector found, as it is stored and shown */
static enum err
facts_text(struct ctx *ctx, const struct jar_facts *facts, const char **text)
{
	struct json *object = inspect_facts_json(ctx, facts);
	int64_t level;
	size_t len;
	enum err e;

	if ((e = java_find(ctx, facts, &level)) != ERR_OK)
		return e;
	json_put_int(object, "java_runtime", level);
	/* No scanner is configured, which is not the same as clean. */
	json_put_text(object, "vulnerabilities", "not scanned");
	return json_print(ctx, object, text, &len);
}

/*
 * upload_admit - checks that the application exists, and reads the size limit
 */
static enum err
upload_admit(struct ctx *ctx, bool deploy, struct app *app, struct room *room)
{
	enum err e;

	if (ctx->req->content_type == NULL ||
	    strcasecmp(ctx->req->content_type, "application/java-archive") != 0)
		return fail(ctx, ERR_MEDIA_TYPE, "jar_required",
		    "Content-Type must be application/java-archive");
	if ((e = authn_begin(ctx, false)) != ERR_OK ||
	    (e = app_of_path(ctx, app)) != ERR_OK ||
	    (e = sql_one(ctx, &SQL_RELEASE_ROOM, room_view, room)) != ERR_OK ||
	    (e = quota_releases(ctx, 1)) != ERR_OK ||
	    (e = finding_known(ctx, app, &room->known)) != ERR_OK)
		return e;
	if (!deploy) {
		room->environment = (struct uuid){ "" };
		room->environment_name = NULL;
	}
	if ((e = app_permitted(ctx, app->name, room->environment_name)) !=
	    ERR_OK)
		return e;
	if (room->waiting > WAITING_MAX * room->jar_bytes)
		return fail(ctx, ERR_LIMIT, "uploads_waiting", "%lld MB of "
		    "this tenant wait to be made into images: send this one "
		    "when they have been", (long long)room->waiting / 1000000);
	if ((e = sql_commit(ctx)) != ERR_OK)
		return e;
	return slot_take(ctx);
}

/* release_begin - begins the transaction that release_insert() continues */
static enum err
release_begin(struct ctx *ctx, const struct spool *spool, const struct app *app,
    const struct room *room, bool *replayed)
{
	enum err e;

	ctx->req->body = str_of(spool->sha256);	/* for the fingerprint */
	/* The upload may have taken long: check everything again. */
	if ((e = authn_begin(ctx, true)) != ERR_OK ||
	    (e = authz_route(ctx)) != ERR_OK ||
	    (e = app_permitted(ctx, app->name, room->environment_name)) !=
	    ERR_OK)
		return e;
	return idempotency_begin(ctx, replayed);
}

/* release_insert - inserts the release into the open transaction */
static enum err
release_insert(struct ctx *ctx, struct release *release, const struct app *app,
    const struct spool *spool, const struct uuid *deploy_to)
{
	struct number number;
	bool found;
	enum err e;

	if ((e = quota_lock(ctx)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_RELEASE_NUMBER, number_view, &number,
	    &found, ARG_UUID(&app->id))) != ERR_OK)
		return e;
	if (!found)
		return fail(ctx, ERR_CONFLICT, "app_is_deleted",
		    "the application is being deleted");
	if ((e = quota_place(ctx, sql_one(ctx, &SQL_RELEASE_INSERT,
	    release_view, release, ARG_UUID(&release->id), ARG_UUID(&app->id),
	    ARG_INT(number.number), ARG_TEXT(spool->sha256),
	    ARG_INT(spool->size), ARG_TEXT(release->jar_facts),
	    ARG_UUID(deploy_to)))) != ERR_OK ||
	    (e = quota_releases(ctx, 0)) != ERR_OK)
		return e;
	return uuid_empty(deploy_to) ? ERR_OK : quota_deployments(ctx);
}

/* release_describe - puts subject and facts into the audit row */
static void
release_describe(struct ctx *ctx, const struct release *release,
    const struct spool *spool, const char *app)
{
	audit_subject(ctx, "release", req_copy(ctx, release->id.text));
	audit_fact(ctx, "app", app);
	audit_fact(ctx, "jar_sha256", req_copy(ctx, spool->sha256));
}

static enum err
release_answer(struct ctx *ctx, const struct release *release)
{
	struct json *object = json_object(ctx), *one;
	struct uuid operation;
	enum err e;

	if ((e = job_queue(ctx, "release.assemble", &release->id,
	    &operation)) != ERR_OK ||
	    (e = field_encode(ctx, release_view, release, &one)) != ERR_OK)
		return e;
	json_put(object, "release", one);
	json_put_text(object, "operation", operation.text);
	return reply_json(ctx, 202, object);
}

/* upload_take - names the file, and writes the rows about it */
static enum err
upload_take(struct ctx *ctx, struct release *release, const struct app *app,
    const struct spool *spool, const struct room *room)
{
	bool replayed = false;
	enum err e;

	uuid7(&release->id);
	if ((e = spool_keep(ctx, spool, &release->id)) != ERR_OK)
		return e;
	if ((e = release_begin(ctx, spool, app, room, &replayed)) != ERR_OK ||
	    replayed || (e = release_insert(ctx, release, app, spool,
	    &room->environment)) != ERR_OK ||
	    (e = release_answer(ctx, release)) != ERR_OK) {
		spool_drop(ctx, &release->id);
		return e;
	}
	release_describe(ctx, release, spool, req_param(ctx, "app"));
	return ERR_OK;
}

enum err
release_upload(struct ctx *ctx)
{
	struct jar_facts *facts = arena_get(ctx->mem, sizeof(*facts));
	struct upload_in in = { NULL };
	struct release release = { .jar_facts = NULL };
	struct spool *spool = arena_get(ctx->mem, sizeof(*spool));
	struct room room;
	struct app app;
	bool deploy;
	enum err e;

	if (facts == NULL || spool == NULL)
		return ERR_TOO_LARGE;
	spool->fd = -1;
	if ((e = req_query(ctx, &in)) != ERR_OK)
		return e;
	deploy = in.deploy == NULL || strcmp(in.deploy, "true") == 0;
	if ((e = upload_admit(ctx, deploy, &app, &room)) != ERR_OK ||
	    (e = spool_receive(ctx, room.jar_bytes, spool)) != ERR_OK ||
	    (e = inspect_jar(ctx, spool->fd, spool->size, room.known,
	    facts)) != ERR_OK ||
	    (e = facts_text(ctx, facts, &release.jar_facts)) != ERR_OK)
		return e;
	return upload_take(ctx, &release, &app, spool, &room);
}

enum err
release_list(struct ctx *ctx)
{
	struct reply_page page = { .view = release_view,
	    .size = sizeof(struct release), .cursor_field = "number" };
	struct release_in in = { .limit = LIST_LIMIT };
	struct app app;
	enum err e;

	if ((e = req_query(ctx, &in)) != ERR_OK ||
	    (e = app_of_path(ctx, &app)) != ERR_OK)
		return e;
	page.limit = in.limit;
	return reply_rows(ctx, &SQL_RELEASE_LIST, &page,
	    ARG_TEXT(req_param(ctx, "app")),
	    in.after == 0 ? ARG_NULL : ARG_INT(in.after),
	    ARG_INT(in.limit + 1));
}

struct limits { int64_t jar_bytes; const char *java_levels; };

const struct field limits_view[] = {
	VIEW_INT(struct limits, jar_bytes),
	VIEW_TEXT(struct limits, java_levels),
	FIELD_END_OF("JarLimits")
};

enum err
release_limits(struct ctx *ctx)
{
	char levels[JAVA_LEVELS_TEXT_MAX];
	struct limits limits = { .java_levels = levels };
	struct room room;
	enum err e;

	if ((e = sql_one(ctx, &SQL_RELEASE_ROOM, room_view, &room)) != ERR_OK)
		return e;
	limits.jar_bytes = room.jar_bytes;
	java_base_levels(process.conf, levels);
	return reply(ctx, 200, limits_view, &limits);
}

enum err
release_get(struct ctx *ctx)
{
	struct release release;
	int64_t number;
	bool found = false;
	enum err e;

	if ((e = app_permitted(ctx, req_param(ctx, "app"), NULL)) != ERR_OK)
		return e;
	if (str_int(str_of(req_param(ctx, "number")), 1, INT64_MAX,
	    &number) && (e = sql_opt(ctx, &SQL_RELEASE_GET, release_view,
	    &release, &found, ARG_TEXT(req_param(ctx, "app")),
	    ARG_INT(number))) != ERR_OK)
		return e;
	if (!found)
		return fail(ctx, ERR_NOT_FOUND, "no_such_release",
		    "there is no such release");
	return reply(ctx, 200, release_view, &release);
}
