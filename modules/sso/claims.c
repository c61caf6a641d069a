/* SPDX-License-Identifier: Apache-2.0 */
/* Reads from a verified ID token and from user info what a ticket needs. */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/label.h"
#include "libshared/base/str.h"
#include "libshared/doors/http.h"
#include "libshared/doors/idn.h"
#include "libshared/doors/json.h"
#include "libshared/skeleton/audit.h"
#include "modules/sso/oidc.h"

#define EMAIL_MAX	254
#define NAME_MAX_BYTES	120
#define SID_MAX		255

/* The directory of private accounts. */
static const char microsoft_private[] = "https://login.microsoftonline.com/"
    "9188040d-6c67-4c5b-b112-36a304b66dad/v2.0";

/*
 * Anybody can get an account with these issuers, with an address of any domain.
 * What they do not say about an address, nobody vouches for.
 */
static const char *const shared_issuers[] = {
	"https://accounts.google.com",
	microsoft_private,
	"https://appleid.apple.com",
	"https://api.login.yahoo.com",
	"https://gitlab.com",
	"https://id.twitch.tv/oauth2",
	"https://login.salesforce.com",
	"https://slack.com",
	"https://www.facebook.com",
	"https://www.linkedin.com/oauth",
};

bool
issuer_shared(const char *issuer)
{
	size_t i;

	for (i = 0; i < nitems(shared_issuers); i++)
		if (strcmp(shared_issuers[i], issuer) == 0)
			return true;
	return false;
}

/* What a document says about its address, in the spellings of providers. */
enum says { SAYS_NOTHING, SAYS_YES, SAYS_NO };

static enum says
claims_flag(const struct json *claims, const char *name)
{
	const struct json *value = json_get(claims, name);
	bool flag = false;
	int64_t number;

	if (json_is_null(value))
		return SAYS_NOTHING;
	if (json_bool(value, &flag))
		return flag ? SAYS_YES : SAYS_NO;
	/* Cognito sends a text, Entra ID's xms_edov can be a number. */
	if (json_int(value, &number))
		return number == 1 ? SAYS_YES : SAYS_NO;
	return json_member_is(claims, name, "true") ||
	    json_member_is(claims, name, "1") ? SAYS_YES : SAYS_NO;
}

/*
 * address_proof - does the address count, and why (values of sso_ticket)?  A
 * provider that says nothing about addresses, such as Entra ID, counts when it
 * is the tenant's own: the tenant decides who has an account there, and has
 * proven the domain, which the database checks (threat T8).
 *
 * Google says "verified" for ever, also to a private account that somebody made
 * with the address of an employer they have left; hd is the word of the
 * organisation.
 */
static const char *
address_proof(const struct json *claims, const char *issuer)
{
	enum says said = claims_flag(claims, "email_verified");
	bool shared = issuer_shared(issuer);

	if (said == SAYS_NOTHING)
		said = claims_flag(claims, "xms_edov");
	if (said == SAYS_NO)
		return "denied";
	if (shared && (said == SAYS_NOTHING || (strcmp(issuer,
	    shared_issuers[0]) == 0 && json_member(claims, "hd") == NULL)))
		return "shared";
	return said == SAYS_YES ? "said" : "domain";
}

/* claims_email - Azure AD B2C has a list of addresses instead of one */
static const char *
claims_email(const struct json *claims)
{
	const struct json *list = json_get(claims, "emails");
	const char *email = json_member(claims, "email");

	if (email == NULL && json_is_array(list))
		email = json_text(json_at(list, 0), NULL);
	return email;
}

/*
 * claims_address - the address, and what is said of it, come from the same
 * document; the database lower-cases the address
 */
static void
claims_address(struct ctx *ctx, const struct provider *provider,
    const struct claims *claims, struct identity *identity)
{
	const struct json *from = claims_email(claims->token) != NULL ?
	    claims->token : claims->info;
	const char *email = claims_email(from);

	identity->email = NULL;
	if (email == NULL || email[0] == '\0') {
		identity->email_proof = claims->asked && claims->info == NULL ?
		    "unasked" : "missing";
		return;
	}
	identity->email_proof = address_proof(from, provider->issuer);
	if (strlen(email) > EMAIL_MAX || !http_mailbox_sound(email))
		identity->email_proof = "missing";
	if (strcmp(identity->email_proof, "said") == 0 ||
	    strcmp(identity->email_proof, "domain") == 0)
		identity->email = idn_ascii(ctx, str_of(email));
}

/* claims_value - of the ID token, else of the user info */
static const struct json *
claims_value(const struct claims *claims, const char *name)
{
	const struct json *value = json_get(claims->token, name);

	return json_is_null(value) ? json_get(claims->info, name) : value;
}

static const char *
claims_text(const struct claims *claims, const char *name)
{
	return json_text(claims_value(claims, name), NULL);
}

/*
 * shown_name - returns the name without hidden characters, by the rule for
 * names in forms; never empty, never too long
 */
static const char *
shown_name(struct ctx *ctx, const struct claims *claims, const char *email)
{
	const char *name = claims_text(claims, "name");
	const char *given = claims_text(claims, "given_name");
	const char *family = claims_text(claims, "family_name");
	char text[NAME_MAX_BYTES + 1] = "";
	const char *copy;

	if ((name == NULL || name[0] == '\0') && given != NULL)
		name = text_printf(ctx->mem, "%s%s%s", given, family == NULL ?
		    "" : " ", family == NULL ? "" : family);
	if (name != NULL)
		label_clean(str_of(name), text, sizeof(text));
	if (text[0] == '\0' && email != NULL)
		label_clean(str_of(email), text, sizeof(text));
	copy = text[0] == '\0' ? NULL : arena_text(ctx->mem, text,
	    strlen(text));
	return copy == NULL ? "Somebody" : copy;
}

/*
 * claims_strength - orders presets by their rights, then custom roles by name
 */
static int
claims_strength(const char *role)
{
	static const char *const order[] = { "admin", "developer", "viewer" };
	size_t i;

	for (i = 0; i < nitems(order) && strcmp(order[i], role) != 0; i++)
		;
	return (int)i;
}

static const char *
claims_stronger(const char *a, const char *b)
{
	int by;

	if (a == NULL || b == NULL)
		return a == NULL ? b : a;
	by = claims_strength(a) - claims_strength(b);
	if (by == 0)
		by = strcmp(a, b);
	return by <= 0 ? a : b;
}

/*
 * groups_announced - the groups are elsewhere: with more than 200 of them Entra
 * ID says where (OpenID Connect Core 5.6.2), or only that there are some
 */
static bool
groups_announced(const struct json *claims, const char *claim)
{
	bool has = false;

	return json_get(json_get(claims, "_claim_names"), claim) != NULL ||
	    (json_bool(json_get(claims, "hasgroups"), &has) && has);
}

bool
claims_lack(const struct provider *provider, const struct json *token)
{
	return claims_email(token) == NULL ||
	    (strcmp(provider->group_roles, "{}") != 0 &&
	    json_is_null(json_get(token, provider->group_claim)) &&
	    !groups_announced(token, provider->group_claim));
}

/* groups_role - the strongest role of the groups; NULL: none has one */
static const char *
groups_role(const struct json *groups, const struct json *map)
{
	const char *group = json_text(groups, NULL), *best = NULL;
	size_t i, n = json_is_array(groups) ? json_count(groups) : 0;

	if (group != NULL)
		return json_member(map, group);
	for (i = 0; i < n; i++)
		if ((group = json_text(json_at(groups, i), NULL)) != NULL)
			best = claims_stronger(best, json_member(map, group));
	return best;
}

/*
 * role_of - returns the role by groups.  NULL keeps the role of a member: no
 * group has one, or the provider did not tell the groups.  That it did not tell
 * them is not that there are none
 */
static enum err
role_of(struct ctx *ctx, const struct provider *provider,
    const struct claims *claims, const char **role)
{
	const struct json *groups = claims_value(claims, provider->group_claim);
	const char *best;
	struct json *map;
	enum err e;

	if ((e = json_parse(ctx, provider->group_roles,
	    strlen(provider->group_roles), &map)) != ERR_OK)
		return e;
	*role = NULL;
	if (json_count(map) == 0)
		return ERR_OK;
	if (json_is_null(groups) && (groups_announced(claims->token,
	    provider->group_claim) || groups_announced(claims->info,
	    provider->group_claim))) {
		audit_fact(ctx, "groups", "not sent, too many: the role is "
		    "kept");
		return ERR_OK;
	}
	if (json_is_null(groups) && claims->asked && claims->info == NULL) {
		audit_fact(ctx, "groups", "not known: the role is kept");
		return ERR_OK;
	}
	best = groups_role(groups, map);
	*role = best == NULL ? provider->default_role : best;
	return ERR_OK;
}

enum err
claims_read(struct ctx *ctx, const struct provider *provider,
    const struct claims *claims, struct identity *identity)
{
	const char *sid = json_member(claims->token, "sid");

	identity->subject = json_member(claims->token, "sub");
	claims_address(ctx, provider, claims, identity);
	identity->name = shown_name(ctx, claims, identity->email);
	identity->sid = sid != NULL && strlen(sid) <= SID_MAX ? sid : NULL;
	return role_of(ctx, provider, claims, &identity->role);
}
