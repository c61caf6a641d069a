/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requires that members sign in by the provider.  At least one member must have
 * done so, so that a typing error locks nobody out, and one owner may still
 * sign in without it.
 */
#include "config.h"

#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/sso/sso.h"

#include "modules/sso/provider.sql.h"

struct enforce { bool enforced; struct uuid break_glass; };
struct may { bool may; };
struct proven {
	const char	*issuer, *metadata_url, *client_id, *secret_box;
	bool		 proven;
};

const struct field enforce_fields[] = {
	FIELD_AT(struct enforce, enforced, FIELD_KIND_BOOL, 0, CHARSET_TEXT,
	    0, 1, NULL),
	FIELD_UUID_OPT(struct enforce, break_glass),
	FIELD_END_OF("SsoPolicyEdit")
};

const struct field enforce_view[] = {
	VIEW_BOOL(struct enforce, enforced),
	VIEW_UUID_OPT(struct enforce, break_glass),
	FIELD_END_OF("SsoPolicy")
};

static const struct field may_view[] = {
	VIEW_BOOL(struct may, may),
	FIELD_END
};

static const struct field proven_view[] = {
	VIEW_TEXT(struct proven, issuer),
	VIEW_TEXT_OPT(struct proven, metadata_url),
	VIEW_TEXT(struct proven, client_id),
	VIEW_TEXT(struct proven, secret_box),
	VIEW_BOOL(struct proven, proven),
	FIELD_END
};

static enum err
enforce_check(struct ctx *ctx, const struct enforce *in)
{
	struct proven provider;
	struct may may;
	bool found;
	enum err e;

	if ((e = plan_entitles(ctx)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_PROVIDER_LOCK, proven_view, &provider,
	    &found)) != ERR_OK)
		return e;
	if (!found || !provider.proven)
		return fail(ctx, ERR_CONFLICT, "sso_not_proven", "nobody has "
		    "signed in by the provider yet: do so once, then enforce");
	if ((e = sql_one(ctx, &SQL_MAY_BREAK_GLASS, may_view, &may,
	    ARG_UUID(&in->break_glass))) != ERR_OK)
		return e;
	if (!may.may)
		return fail_at(ctx, "break_glass", fail(ctx,
		    ERR_INVALID, "break_glass_required",
		    "break_glass names an owner of the tenant who has a "
		    "password"));
	return ERR_OK;
}

enum err
enforce_put(struct ctx *ctx)
{
	struct enforce in, out;
	bool found;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK)
		return e;
	audit_fact(ctx, "enforced", in.enforced ? "yes" : "no");
	if (in.enforced && (e = enforce_check(ctx, &in)) != ERR_OK)
		return e;
	if (in.enforced)
		audit_subject(ctx, "account",
		    req_copy(ctx, in.break_glass.text));
	e = sql_exec(ctx, &SQL_POLICY_PUT, NULL, ARG_BOOL(in.enforced),
	    in.enforced ? ARG_UUID(&in.break_glass) : ARG_NULL);
	if (e != ERR_OK || (e = sql_opt(ctx, &SQL_POLICY_GET, enforce_view,
	    &out, &found)) != ERR_OK)
		return e;
	return found ? reply(ctx, 200, enforce_view, &out) : ERR_INTERNAL;
}
