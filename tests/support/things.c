/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "libshared/skeleton/reply.h"
#include "tests/support/things.h"

static const struct sql_query thing_insert = { "thing_insert", "", 1,
    SQL_EXEC };
static const struct sql_query thing_list = { "thing_list", "", 0, SQL_EXEC };

struct thing { const char *name; int64_t version; };

static const struct field thing_in[] = {
	FIELD_TEXT(struct thing, name, 1, 40, CHARSET_TEXT),
	FIELD_END_OF("ThingCreate")
};
static const struct field thing_view[] = {
	VIEW_TEXT(struct thing, name),
	VIEW_INT(struct thing, version),
	FIELD_END_OF("Thing")
};

static enum err
thing_get(struct ctx *c)
{
	const struct thing thing = { req_param(c, "name"), 7 };
	enum err e;

	if ((e = sql_exec(c, &thing_list, NULL)) != ERR_OK)
		return e;
	return reply(c, 200, thing_view, &thing);
}

static enum err
thing_create(struct ctx *c)
{
	struct thing in = { .version = 1 };
	enum err e;

	if ((e = req_body(c, &in)) != ERR_OK)
		return e;
	e = sql_exec(c, &thing_insert, NULL, ARG_TEXT(in.name));
	if (e == ERR_CONFLICT)
		return fail(c, e, "name_taken", "name: '%s' is taken",
		    in.name);
	if (e != ERR_OK)
		return e;
	audit_subject(c, "thing", in.name);
	return reply(c, 201, thing_view, &in);
}

static enum err
thing_edit(struct ctx *c)
{
	int64_t version;
	enum err e;

	if ((e = req_version(c, &version)) != ERR_OK)
		return e;
	return version == 7 ? reply_empty(c, 204) :
	    fail(c, ERR_STALE, "changed_meanwhile", "read it again");
}

/* Answers with the process id, so that a test knows which child answered. */
static enum err
pid_get(struct ctx *c)
{
	const struct thing thing = { "pid", getpid() };

	return reply(c, 200, thing_view, &thing);
}

/* sign_up - makes an account, which the request then belongs to */
static enum err
sign_up(struct ctx *c)
{
	if (!uuid_set(&c->who.account, ACCOUNT))
		return ERR_INTERNAL;
	if (sql_exec(c, &thing_insert, NULL, ARG_TEXT("me")) != ERR_OK)
		return ERR_UNAVAILABLE;
	return reply_empty(c, 204);
}

static enum err
upload(struct ctx *c)
{
	struct thing thing = { "bytes", 0 };
	char piece[100];
	size_t n;
	enum err e;

	do {
		if ((e = req_read(c, piece, sizeof(piece), &n)) != ERR_OK)
			return e;
		thing.version += (int64_t)n;
	} while (n > 0);
	return reply(c, 201, thing_view, &thing);
}

static const struct route routes[] = {
	ROUTES_COMMON("things"),
	{ GET, "/api/things/{name}", PERM_APP_READ, thing_get,
	    .about = "Shows.",
	    .output = thing_view },
	{ POST, "/api/things", PERM_APP_MANAGE, thing_create,
	    .about = "Makes.",
	    .flags = ROUTE_WRITE, .audit = "thing.create", .input = thing_in,
	    .output = thing_view, .status = 201,
	    .location = "/api/things/{name}", .body_max = 100 },
	{ PATCH, "/api/things/{name}", PERM_APP_MANAGE, thing_edit,
	    .about = "Edits.",
	    .flags = ROUTE_WRITE | ROUTE_MATCH, .audit = "thing.edit",
	    .status = 204 },
	{ DELETE, "/api/things", PERM_APP_MANAGE, thing_edit,
	    .about = "Deletes.",
	    .flags = ROUTE_WRITE | ROUTE_SUSPENDED, .audit = "thing.delete",
	    .status = 204 },
	{ GET, "/api/pid", PERM_PUBLIC, pid_get,
	    .about = "Pid.",
	    .output = thing_view },
	{ GET, "/api/old/{name}", PERM_APP_READ, thing_get,
	    .about = "Shows.",
	    .output = thing_view,
	    .deprecated = "2026-06-01", .sunset = "2026-12-31" },
	{ GET, "/api/old-pid", PERM_PUBLIC, pid_get,
	    .about = "Pid.",
	    .output = thing_view,
	    .deprecated = "2026-06-01", .sunset = "2026-12-31" },
	{ POST, "/api/me", PERM_PUBLIC, sign_up,
	    .about = "Signs up.",
	    .flags = ROUTE_WRITE, .audit = "me.create", .status = 204 },
	{ POST, "/api/uploads", PERM_PUBLIC, upload,
	    .about = "Uploads.",
	    .flags = ROUTE_WRITE | ROUTE_STREAM, .audit = "upload",
	    .output = thing_view, .status = 201,
	    .location = "/api/uploads/{name}", .body_max = 1000 },
};

const struct service things = {
	.name = "things", .routes = routes, .nroutes = nitems(routes),
};

void
expect_audit(const char *kind, const char *action, const char *result,
    const char *code)
{
	fake_expect("audit_insert", FAKE_ANY, kind, action, MANY,
	    ADDRESS, result, code == NULL ? FAKE_NULL : code, FAKE_ANY,
	    "r-7", "things");
}

void
expect_stranger(const char *n)
{
	fake_expect("audit_flood", "192.0.2.7", MANY);
	fake_row("n", n, "durability", FAKE_NULL);
}

void
expect_refusal(const char *kind, const char *action, const char *code)
{
	fake_expect("request_pin", FAKE_ANY, FAKE_ANY);
	if (strcmp(kind, "anonymous") == 0)
		expect_stranger("1");
	expect_audit(kind, action, "refused", code);
}
