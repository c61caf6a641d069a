/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Credentials in JARs that an owner knows and keeps: a key for tests in a
 * library, for example.  Each is told by its fingerprint, so that another one
 * in the same place is refused again.
 */
#include "config.h"

#include <string.h>

#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/apps/apps.h"

#include "modules/apps/finding.sql.h"

#define FINGERPRINT	32
#define FINDINGS_MAX	200	/* of one application */

struct finding_in { const char *fingerprint, *reason; };

const struct field finding_fields[] = {
	FIELD_TEXT(struct finding_in, fingerprint, FINGERPRINT, FINGERPRINT,
	    CHARSET_TOKEN),
	FIELD_TEXT(struct finding_in, reason, 1, 500, CHARSET_TEXT),
	FIELD_END_OF("FindingAcknowledge")
};

struct finding {
	const char	*fingerprint, *reason, *created_at;
	struct uuid	 created_by;
};

const struct field finding_view[] = {
	VIEW_TEXT(struct finding, fingerprint),
	VIEW_TEXT(struct finding, reason),
	VIEW_UUID(struct finding, created_by),
	VIEW_TIME(struct finding, created_at),
	FIELD_END_OF("AcknowledgedFinding")
};

struct known { const char *known; };

static const struct field known_view[] = {
	VIEW_TEXT(struct known, known),
	FIELD_END
};

enum err
finding_known(struct ctx *ctx, const struct app *app, const char **known)
{
	struct known row;
	enum err e;

	if ((e = sql_one(ctx, &SQL_FINDING_KNOWN, known_view, &row,
	    ARG_UUID(&app->id))) != ERR_OK)
		return e;
	*known = row.known;
	return ERR_OK;
}

enum err
finding_list(struct ctx *ctx)
{
	struct app app;
	enum err e;

	if ((e = app_of_path(ctx, &app)) != ERR_OK)
		return e;
	return reply_listed(ctx, &SQL_FINDING_LIST, finding_view,
	    sizeof(struct finding), ARG_UUID(&app.id));
}

/* finding_admit - well-formed, and not too many */
static enum err
finding_admit(struct ctx *ctx, const struct app *app, const char *fingerprint)
{
	int64_t n;
	enum err e;

	if (strspn(fingerprint, "0123456789abcdef") != FINGERPRINT)
		return fail(ctx, ERR_BAD_INPUT, "invalid_fields",
		    "fingerprint: 32 hexadecimal digits, as the refusal of"
		    " the JAR gave them");
	if ((e = sql_count(ctx, &SQL_FINDING_COUNT, &n,
	    ARG_UUID(&app->id))) != ERR_OK)
		return e;
	if (n >= FINDINGS_MAX)
		return fail(ctx, ERR_CONFLICT, "too_many_findings",
		    "an application keeps %d at most: take some back",
		    FINDINGS_MAX);
	return ERR_OK;
}

enum err
finding_acknowledge(struct ctx *ctx)
{
	struct finding_in in;
	struct finding finding;
	struct app app;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = app_of_path(ctx, &app)) != ERR_OK ||
	    (e = finding_admit(ctx, &app, in.fingerprint)) != ERR_OK)
		return e;
	e = sql_one(ctx, &SQL_FINDING_INSERT, finding_view, &finding,
	    ARG_UUID(&app.id), ARG_TEXT(in.fingerprint),
	    ARG_TEXT(in.reason));
	if (e == ERR_CONFLICT)
		return fail(ctx, e, "finding_known",
		    "fingerprint: it is acknowledged already");
	if (e != ERR_OK)
		return e;
	audit_subject(ctx, "app", req_copy(ctx, app.id.text));
	audit_fact(ctx, "fingerprint", in.fingerprint);
	audit_fact(ctx, "reason", in.reason);
	return reply(ctx, 201, finding_view, &finding);
}

enum err
finding_take_back(struct ctx *ctx)
{
	const char *fingerprint = req_param(ctx, "fingerprint");
	struct app app;
	int64_t n;
	enum err e;

	if ((e = app_of_path(ctx, &app)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_FINDING_DELETE, &n, ARG_UUID(&app.id),
	    ARG_TEXT(fingerprint))) != ERR_OK)
		return e;
	if (n == 0)
		return fail(ctx, ERR_NOT_FOUND, "no_such_finding",
		    "no finding with this fingerprint is acknowledged");
	audit_subject(ctx, "app", req_copy(ctx, app.id.text));
	audit_fact(ctx, "fingerprint", fingerprint);
	return reply_empty(ctx, 204);
}
