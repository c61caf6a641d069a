/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files about members share: one at a time, by whom, with which role.
 */
#ifndef CAMELEER_TENANTS_MEMBERS_H
#define CAMELEER_TENANTS_MEMBERS_H

#include <stdbool.h>

#include "libshared/base/ctx.h"
#include "libshared/doors/field.h"
#include "libshared/skeleton/words.h"

struct member {
	struct uuid	 id, custom_role;
	const char	*kind, *email, *name, *role, *state, *locked_until;
	const char	*created_at;
	int64_t		 version;
};
extern const struct field member_view[];

/* The body's choice of a role: a preset by its name, or a custom role. */
struct role_in { const char *role; struct uuid custom_role; };
#define ROLE_FIELDS(s) \
	FIELD_CHOICE_OPT(s, role, role_presets), \
	FIELD_UUID_OPT(s, custom_role)

/* A role that there is; one of preset and custom says which. */
struct role_found {
	struct uuid	 custom;
	const char	*preset, *name, *words;
};

/*
 * Changes of the tenant's members come one after another.  After the wait it
 * is asked again what the caller may do: their role may have changed meanwhile.
 * ERR_FORBIDDEN when they lack the route's permission by now.
 */
enum err members_begin(struct ctx *ctx) must_check;
/* A member of the tenant by the path's {name}; ERR_NOT_FOUND no_such_member. */
enum err member_of_path(struct ctx *ctx, const char *name,
    struct member *member) must_check;
enum err member_of_id(struct ctx *ctx, const struct uuid *id,
    struct member *member) must_check;
/* ERR_FORBIDDEN role_above_yours: what words give, the caller lacks. */
enum err role_within(struct ctx *ctx, const char *name, const char *words)
    must_check;
/* A preset by its name, or a custom role; ERR_NOT_FOUND no_such_role. */
enum err role_find(struct ctx *ctx, const char *preset,
    const struct uuid *custom, struct role_found *role) must_check;
/*
 * The one role that is chosen, that the tier includes, and that is within the
 * caller's: ERR_BAD_INPUT role_required, ERR_NOT_FOUND no_such_role,
 * ERR_FORBIDDEN not_entitled or role_above_yours.
 */
enum err role_choose(struct ctx *ctx, const struct role_in *in,
    struct role_found *role) must_check;
/* The role a member has now is within the caller's, too. */
enum err member_within(struct ctx *ctx, const struct member *member)
    must_check;

/* The role that a team gives is, too; ERR_NOT_FOUND no_such_team. */
enum err team_within(struct ctx *ctx, const struct uuid *team) must_check;

/* What the tenant's tier includes, by the names of plan.features. */
struct entitled {
	const char	*tier, *teams;
	bool		 custom_roles;
};
enum err entitled_to(struct ctx *ctx, struct entitled *entitled) must_check;
/* Custom roles are of the higher tiers (M2.9): ERR_FORBIDDEN not_entitled. */
enum err custom_included(struct ctx *ctx) must_check;

/* notice.c: a mail to somebody about what was done with their membership. */
struct notice {
	const char	*template, *address, *name;
	const char	*role, *link;	/* NULL where the template has none */
};
enum err notice_send(struct ctx *ctx, const struct notice *notice) must_check;

#endif
