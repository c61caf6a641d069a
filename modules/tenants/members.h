/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files about members share: one change at a time, by whom, with which
 * role.
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

/* The role in the body: a preset by its name, or a custom role. */
struct role_in { const char *role; struct uuid custom_role; };
#define ROLE_FIELDS(s) \
	FIELD_CHOICE_OPT(s, role, role_presets), \
	FIELD_UUID_OPT(s, custom_role)

/* An existing role: either preset or custom is set. */
struct role_found {
	struct uuid	 custom;
	const char	*preset, *name, *words;
};

/*
 * Makes changes of the tenant's members wait for one another.  After the wait
 * it reads the caller's permissions again, since their role may have changed.
 * ERR_FORBIDDEN when they do not have the route's permission any more.
 */
enum err members_begin(struct ctx *ctx) must_check;
/* A member of the tenant by the path's {name}; ERR_NOT_FOUND no_such_member. */
enum err member_of_path(struct ctx *ctx, const char *name,
    struct member *member) must_check;
/* How many invitations a change ended: a fact of the audit row. */
void audit_withdrawn(struct ctx *ctx, int64_t count);
enum err member_of_id(struct ctx *ctx, const struct uuid *id,
    struct member *member) must_check;
/* ERR_FORBIDDEN role_above_yours when words grant what the caller lacks. */
enum err role_within(struct ctx *ctx, const char *name, const char *words)
    must_check;
/* Finds a preset by its name, or a custom role; ERR_NOT_FOUND no_such_role. */
enum err role_find(struct ctx *ctx, const char *preset,
    const struct uuid *custom, struct role_found *role) must_check;
/*
 * Finds the one role that was chosen; the tier must include it, and it must be
 * within the caller's: ERR_BAD_INPUT role_required, ERR_NOT_FOUND no_such_role,
 * ERR_FORBIDDEN not_entitled or role_above_yours.
 */
enum err role_choose(struct ctx *ctx, const struct role_in *in,
    struct role_found *role) must_check;
/* Checks that the member's present role is within the caller's. */
enum err member_within(struct ctx *ctx, const struct member *member)
    must_check;

/* Checks the same for the role of a team; ERR_NOT_FOUND no_such_team. */
enum err team_within(struct ctx *ctx, const struct uuid *team) must_check;

/* What the tenant has, under the names of plan.features. */
struct entitled {
	const char	*tier, *teams, *custom_roles;
};
enum err entitled_to(struct ctx *ctx, struct entitled *entitled) must_check;
/*
 * Custom roles belong to the higher tiers (M2.9): ERR_FORBIDDEN not_entitled.
 */
enum err custom_included(struct ctx *ctx) must_check;

/* notice.c: a mail to a person whose membership was changed. */
struct notice {
	const char	*template, *address, *name;
	const char	*role;		/* NULL: not in the template */
};
/* Left out when the person got as many of this tenant in a day. */
enum err notice_send(struct ctx *ctx, const struct notice *notice) must_check;
/* ERR_LIMIT mail_too_often: this address got one just before. */
enum err notice_invite(struct ctx *ctx, const char *address,
    const char *link) must_check;

#endif
