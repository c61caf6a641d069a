/* SPDX-License-Identifier: Apache-2.0 */
/* Reads from a verified ID token what a ticket needs. */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/label.h"
#include "libshared/base/str.h"
#include "libshared/doors/http.h"
#include "libshared/doors/idn.h"
#include "libshared/doors/json.h"
#include "modules/sso/oidc.h"

#define EMAIL_MAX	254
#define NAME_MAX_BYTES	120
#define SID_MAX		255
#define GROUPS_MAX	1000	/* per person, the rest is ignored */

/*
 * claims_address - returns the address if the provider verified it; the
 * database lower-cases it
 */
static const char *
claims_address(struct ctx *ctx, const struct json *claims)
{
	const char *email = json_member(claims, "email");
	bool verified = false;

	if (email == NULL || strlen(email) > EMAIL_MAX ||
	    !json_bool(json_get(claims, "email_verified"), &verified) ||
	    !verified || !http_mailbox_sound(email))
		return NULL;
	return idn_ascii(ctx, str_of(email));
}

/*
 * shown_name - returns the name without hidden characters, by the rule for
 * names in forms; never empty, never too long
 */
static const char *
shown_name(struct ctx *ctx, const struct json *claims, const char *email)
{
	const char *name = json_member(claims, "name");
	char text[NAME_MAX_BYTES + 1] = "";
	const char *copy;

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

/* role_of - returns the role by groups; NULL when no group has one */
static enum err
role_of(struct ctx *ctx, const struct provider *provider,
    const struct json *claims, const char **role)
{
	const struct json *groups = json_get(claims, provider->group_claim);
	const char *group, *best = NULL;
	struct json *map;
	size_t i, n;
	enum err e;

	if ((e = json_parse(ctx, provider->group_roles,
	    strlen(provider->group_roles), &map)) != ERR_OK)
		return e;
	*role = NULL;
	if (json_count(map) == 0)
		return ERR_OK;
	if ((group = json_text(groups, NULL)) != NULL)
		best = json_member(map, group);
	else if (json_is_array(groups)) {
		n = json_count(groups);
		for (i = 0; i < n && i < GROUPS_MAX; i++)
			if ((group = json_text(json_at(groups, i), NULL)) !=
			    NULL)
				best = claims_stronger(best,
				    json_member(map, group));
	}
	*role = best == NULL ? provider->default_role : best;
	return ERR_OK;
}

enum err
claims_read(struct ctx *ctx, const struct provider *provider,
    const struct json *claims, struct identity *identity)
{
	const char *sid = json_member(claims, "sid");

	identity->subject = json_member(claims, "sub");
	identity->email = claims_address(ctx, claims);
	identity->name = shown_name(ctx, claims, identity->email);
	identity->sid = sid != NULL && strlen(sid) <= SID_MAX ? sid : NULL;
	return role_of(ctx, provider, claims, &identity->role);
}
