/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads what a tenant's provider publishes, and tells an owner what of it would
 * not work, or not for everybody.
 */
#include "config.h"

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/authn.h"
#include "libshared/skeleton/authz.h"
#include "libshared/skeleton/reply.h"
#include "modules/sso/oidc.h"
#include "modules/sso/sso.h"

struct tested {
	const char	*problem, *algorithms, *advice;
	int64_t		 keys;
	bool		 good;
};

const struct field tested_view[] = {
	VIEW_BOOL(struct tested, good),
	VIEW_TEXT_OPT(struct tested, problem),
	VIEW_INT(struct tested, keys),
	VIEW_TEXT_OPT(struct tested, algorithms),
	VIEW_TEXT_OPT(struct tested, advice),
	FIELD_END_OF("SsoProviderTest")
};

/* provider_algorithms - lists the algorithms of a set: "RS256 ES256" */
static const char *
provider_algorithms(struct ctx *ctx, const struct jose_set *set)
{
	bool seen[JOSE_ALG__MAX] = { false };
	struct buf text;
	unsigned alg;
	size_t i;

	for (i = 0; i < set->n; i++)
		seen[set->keys[i].alg] = true;
	buf_init(&text, ctx->mem, 64);
	for (alg = 0; alg < JOSE_ALG__MAX; alg++)
		if (seen[alg])
			buf_printf(&text, "%s%s", text.len > 0 ? " " : "",
			    jose_alg_name((enum jose_alg)alg));
	return text.p;
}

/* provider_ask - reads both documents anew */
static enum err
provider_ask(struct ctx *ctx, struct oidc_session *session,
    struct jose_set *set)
{
	enum err e;

	session->provider.metadata = session->provider.keys = NULL;
	if ((e = oidc_metadata(ctx, session)) != ERR_OK)
		return e;
	return oidc_keys(ctx, session, set);
}

/* provider_advice - what an owner should know of a provider that works */
static const char *
provider_advice(const struct oidc_session *session)
{
	if (issuer_shared(session->provider.issuer))
		return "Anybody can get an account with this issuer. People "
		    "can sign in only when it says that their address is "
		    "verified, and, at Google, that it belongs to an "
		    "organisation.";
	if (session->metadata.userinfo_endpoint == NULL)
		return "The provider has no userinfo_endpoint that can be "
		    "called: address and groups must be in the ID token.";
	return NULL;
}

/* A mistake of the provider is the answer, not a failure of the request. */
enum err
provider_test(struct ctx *ctx)
{
	struct tested tested = { .good = true };
	struct oidc_session session;
	struct jose_set set = { .n = 0 };
	enum err e;

	if ((e = sql_begin(ctx, false)) != ERR_OK ||
	    (e = plan_entitles(ctx)) != ERR_OK || (e = sql_commit(ctx)) !=
	    ERR_OK)
		return e;
	e = oidc_session_begin(ctx, &ctx->who.tenant, &session);
	if (e == ERR_OK)
		e = provider_ask(ctx, &session, &set);
	oidc_session_end(ctx, &session);
	if (e == ERR_PEER || e == ERR_TIMEOUT || e == ERR_FORBIDDEN) {
		tested.good = false;
		tested.problem = text_printf(ctx->mem, "%.200s",
		    ctx->fault.detail == NULL ? "" : ctx->fault.detail);
		fail_clear(ctx);
	} else if (e != ERR_OK)
		return e;
	tested.keys = (int64_t)set.n;
	tested.advice = tested.good ? provider_advice(&session) : NULL;
	tested.algorithms = set.n > 0 ? provider_algorithms(ctx, &set) : NULL;
	audit_fact(ctx, "good", tested.good ? "yes" : "no");
	if ((e = authn_begin(ctx, true)) != ERR_OK ||
	    (e = authz_route(ctx)) != ERR_OK)
		return e;
	return reply(ctx, 200, tested_view, &tested);
}
