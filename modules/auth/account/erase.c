/* SPDX-License-Identifier: Apache-2.0 */
/* The end of an account: a person erases it (threat T25). */
#include "config.h"

#include <string.h>

#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/authn.h"
#include "libshared/skeleton/reply.h"
#include "modules/auth/account/account.h"

#include "modules/auth/account/account.sql.h"

struct outcome { const char *outcome; };

static const struct field outcome_view[] = {
	VIEW_TEXT(struct outcome, outcome),
	FIELD_END
};

/* Runs in one transaction: all of it is erased, or nothing. */
enum err
account_forget(struct ctx *ctx)
{
	struct outcome done;
	enum err e;

	audit_subject(ctx, "account", ctx->who.account.text);
	if ((e = sql_one(ctx, &SQL_ACCOUNT_ERASE, outcome_view, &done)) !=
	    ERR_OK)
		return e;
	if (strcmp(done.outcome, "needed") == 0)
		return fail(ctx, ERR_CONFLICT, "last_owner",
		    "you are the last owner of a tenant, or the one who may "
		    "sign in without its provider: give that to somebody "
		    "else, or delete the tenant");
	if (strcmp(done.outcome, "erased") != 0)
		return fail(ctx, ERR_FORBIDDEN, "not_a_person",
		    "only the account of a person can be erased: an operator "
		    "removes others");
	if ((e = reply_cookie(ctx, ACCESS_COOKIE, "", 0)) != ERR_OK ||
	    (e = reply_cookie(ctx, REFRESH_COOKIE, "", 0)) != ERR_OK)
		return e;
	return reply_empty(ctx, 204);
}
