/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The domains for whose addresses a provider may speak: the tenant proves them
 * by a TXT record.  Many tenants may claim a domain; one can have it.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/dns.h"
#include "libshared/doors/idn.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/authn.h"
#include "libshared/skeleton/authz.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "modules/sso/room.h"
#include "modules/sso/sso.h"

#include "modules/sso/domain.sql.h"

struct domain_in { const char *domain; };
struct domain {
	const char	*domain, *txt_name, *txt_value;
	const char	*verified_at, *created_at;
};
struct proof { const char *domain, *verified_at, *problem; };

const struct field domain_fields[] = {
	FIELD_TEXT(struct domain_in, domain, 4, DNS_NAME_MAX, CHARSET_TEXT),
	FIELD_END_OF("DomainCreate")
};

const struct field domain_view[] = {
	VIEW_TEXT(struct domain, domain),
	VIEW_TEXT(struct domain, txt_name),
	VIEW_TEXT(struct domain, txt_value),
	VIEW_TIME_OPT(struct domain, verified_at),
	VIEW_TIME(struct domain, created_at),
	FIELD_END_OF("Domain")
};

const struct field proof_view[] = {
	VIEW_TEXT(struct proof, domain),
	VIEW_TIME_OPT(struct proof, verified_at),
	VIEW_TEXT_OPT(struct proof, problem),
	FIELD_END_OF("DomainProof")
};

enum err
domain_list(struct ctx *ctx)
{
	return reply_listed(ctx, &SQL_DOMAIN_LIST, domain_view,
	    sizeof(struct domain));
}

static enum err
domain_unknown(struct ctx *ctx)
{
	return fail(ctx, ERR_NOT_FOUND, "no_such_domain",
	    "the tenant has not claimed this domain");
}

static enum err
read_domain(struct ctx *ctx, const char *name, struct domain *domain)
{
	bool found;
	enum err e;

	if ((e = sql_opt(ctx, &SQL_DOMAIN_GET, domain_view, domain, &found,
	    ARG_TEXT(name))) != ERR_OK)
		return e;
	return found ? ERR_OK : domain_unknown(ctx);
}

/* domain_lower - returns the name in ASCII and lower case, as it is stored */
static const char *
domain_lower(struct ctx *ctx, const char *text)
{
	const char *ascii = idn_ascii(ctx, str_of(text));
	char *out = ascii == NULL ? NULL : arena_text(ctx->mem, ascii,
	    strlen(ascii)), *p;

	for (p = out; p != NULL && *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	return out == NULL ? "" : out;
}

enum err
domain_add(struct ctx *ctx)
{
	struct domain domain;
	struct domain_in in;
	int64_t count;
	const char *challenge;
	enum err e;

	if ((e = req_body(ctx, &in)) != ERR_OK ||
	    (e = plan_entitles(ctx)) != ERR_OK)
		return e;
	in.domain = domain_lower(ctx, in.domain);
	if (!dns_domain_sound(in.domain))
		return fail_at(ctx, "domain", fail(ctx,
		    ERR_INVALID, "bad_domain",
		    "a domain is a name like example.org"));
	audit_subject(ctx, "domain", in.domain);
	if ((e = sql_count(ctx, &SQL_DOMAIN_COUNT, &count)) != ERR_OK)
		return e;
	if (count >= DOMAINS_MAX)
		return fail(ctx, ERR_INVALID, "too_many_domains",
		    "a tenant has at most %d domains", DOMAINS_MAX);
	if ((e = crypto_random_text(ctx, 24, &challenge)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_DOMAIN_ADD, NULL, ARG_TEXT(in.domain),
	    ARG_TEXT(challenge))) != ERR_OK ||
	    (e = read_domain(ctx, in.domain, &domain)) != ERR_OK)
		return e;
	return reply(ctx, 201, domain_view, &domain);
}

/* domain_record - records that the domain is proven; one tenant can have it */
static enum err
domain_record(struct ctx *ctx, const char *name, struct domain *domain)
{
	enum err e = sql_exec(ctx, &SQL_DOMAIN_VERIFIED, NULL,
	    ARG_TEXT(name));

	if (e == ERR_CONFLICT)
		return fail(ctx, e, "domain_taken", "another tenant has "
		    "proven this domain: it must give it up first");
	return e == ERR_OK ? read_domain(ctx, name, domain) : e;
}

/* A TXT record that does not exist yet is an answer, not a failure. */
enum err
domain_verify(struct ctx *ctx)
{
	const char *name = req_param(ctx, "domain");
	struct domain domain;
	struct proof proof;
	struct room room = { .name = NULL };
	bool found = false;
	enum err e;

	audit_subject(ctx, "domain", name);
	if ((e = authn_begin(ctx, false)) != ERR_OK ||
	    (e = plan_entitles(ctx)) != ERR_OK ||
	    (e = read_domain(ctx, name, &domain)) != ERR_OK ||
	    (e = sql_commit(ctx)) != ERR_OK)
		return e;
	proof = (struct proof){ .domain = name };
	/* Name servers of strangers may be silent, too. */
	if ((e = room_enter(ctx, &ctx->who.tenant, false, &room)) == ERR_OK)
		e = dns_txt_holds(ctx, domain.txt_name, domain.txt_value,
		    &found);
	room_leave(ctx, &ctx->who.tenant, &room);
	if (e == ERR_PEER) {
		proof.problem = "no name server answered";
		fail_clear(ctx);
	} else if (e != ERR_OK)
		return e;
	else if (!found)
		proof.problem = "there is no such TXT record (yet)";
	if ((e = authn_begin(ctx, true)) != ERR_OK ||
	    (e = authz_route(ctx)) != ERR_OK ||
	    (found && (e = domain_record(ctx, name, &domain)) != ERR_OK))
		return e;
	proof.verified_at = domain.verified_at;
	audit_fact(ctx, "proven", found ? "yes" : "no");
	return reply(ctx, 200, proof_view, &proof);
}

enum err
domain_delete(struct ctx *ctx)
{
	const char *name = req_param(ctx, "domain");
	int64_t gone;
	enum err e;

	audit_subject(ctx, "domain", name);
	if ((e = sql_exec(ctx, &SQL_DOMAIN_DELETE, &gone, ARG_TEXT(name))) !=
	    ERR_OK)
		return e;
	return gone == 0 ? domain_unknown(ctx) : reply_empty(ctx, 204);
}
