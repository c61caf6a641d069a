/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which applications the caller may see, by role or by team, and what they may
 * do with one of them in an environment (M2.9).
 *
 * An application that the caller may not see answers like one that does not
 * exist. What they see but may not change is a 403 with the reason.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/lifecycle.h"
#include "libshared/base/str.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/req.h"
#include "modules/apps/apps.h"

#include "modules/apps/apps.sql.h"

#define REACH_MAX	(256u << 10)	/* bytes in all names */

const char *const health_checks[] = { "http", "tcp", "agent", "none", NULL };

const struct field app_view[] = {
	VIEW_UUID(struct app, id),
	VIEW_TEXT(struct app, name),
	VIEW_TEXT(struct app, display_name),
	VIEW_CHOICE(struct app, state, application_states),
	VIEW_INT(struct app, version),
	VIEW_INT(struct app, last_release),
	VIEW_CHOICE(struct app, health_check, health_checks),
	VIEW_INT(struct app, health_port),
	VIEW_TEXT(struct app, health_path),
	VIEW_TIME(struct app, created_at),
	FIELD_END_OF("App")
};

/* Each of these permissions lets its holder see an application. */
static const enum perm reasons[] = { PERM_APP_READ, PERM_APP_MANAGE,
    PERM_APP_DEPLOY, PERM_LOG_READ };

/* scope_covers - "" is in no team: whoever may see it sees all applications */
static bool
scope_covers(const struct ctx *ctx, const char *application)
{
	size_t i;

	for (i = 0; i < nitems(reasons); i++)
		if (authz_may(ctx, reasons[i], NULL, application))
			return true;
	return false;
}

enum err
no_such_app(struct ctx *ctx)
{
	return fail(ctx, ERR_NOT_FOUND, "no_such_app",
	    "there is no such application");
}

enum err
app_permitted(struct ctx *ctx, const char *application,
    const char *environment)
{
	if (!scope_covers(ctx, application))
		return no_such_app(ctx);
	return authz_scope(ctx, ctx->req->route->perm, environment,
	    application);
}

enum err
app_of_path(struct ctx *ctx, struct app *app)
{
	const char *name = req_param(ctx, "app");
	bool found;
	enum err e;

	if ((e = app_permitted(ctx, name, NULL)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_APP_GET, app_view, app, &found,
	    ARG_TEXT(name))) != ERR_OK)
		return e;
	return found ? ERR_OK : no_such_app(ctx);
}

enum err
app_reach(struct ctx *ctx, const char **names)
{
	struct str rest = str_of(ctx->who.permissions), word;
	struct buf array;
	const char *name;

	*names = NULL;
	if (scope_covers(ctx, ""))
		return ERR_OK;
	buf_init(&array, ctx->mem, REACH_MAX);
	buf_text(&array, "{");
	while (rest.len > 0) {
		word = str_cut(&rest, ' ');
		(void)str_cut(&word, ':');
		if (word.len == 0)
			continue;
		name = text_printf(ctx->mem, "%.*s", (int)word.len, word.p);
		if (name != NULL && scope_covers(ctx, name))
			buf_printf(&array, "%s%s", array.len > 1 ? "," : "",
			    name);
	}
	buf_text(&array, "}");
	if (array.full)
		return fail(ctx, ERR_TOO_LARGE, NULL,
		    "too many applications by teams");
	*names = array.p;
	return ERR_OK;
}
