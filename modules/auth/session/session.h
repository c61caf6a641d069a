/* SPDX-License-Identifier: Apache-2.0 */
/* A session: its tokens and its end. */
#ifndef CAMELEER_AUTH_SESSION_H
#define CAMELEER_AUTH_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "libshared/base/ctx.h"
#include "libshared/doors/field.h"

struct json;

#define SESSION_TTL_S	((int64_t)30 * 86400)
#define SESSIONS_MAX	50	/* of one account; another ends the oldest */

/* session.c: a session, its tokens and its end. */
struct opening {
	struct uuid	 account;
	const char	*kind;		/* cookie or token */
	/* How the person signed in: "{pwd,otp}" (session.methods). */
	const char	*methods;
	struct uuid	 sso_tenant;	/* whose provider proved it, or empty */
};
/*
 * The only way to open a session: the code that proved an account calls this
 * last. Begins a transaction, pins it to the account, and replies with the
 * tokens; the dispatcher writes the audit row and commits.
 */
enum err session_open(struct ctx *ctx, const struct opening *opening)
    must_check;
/* The same within the open transaction. */
enum err session_enter(struct ctx *ctx, const struct opening *opening)
    must_check;
/*
 * Step-up: records in the open transaction that this session's person has just
 * proved who they are, by this method (pwd, otp, hwk, recovery).
 */
enum err session_prove(struct ctx *ctx, const char *method) must_check;

/*
 * Ends all sessions of the account, or all but this one, and a change of its
 * address that waits for a link to be followed.
 */
enum err session_end_all(struct ctx *ctx, const struct uuid *account)
    must_check;
enum err session_end_others(struct ctx *ctx, const struct uuid *account,
    const struct uuid *session) must_check;

/* The routes. */
enum err session_refresh(struct ctx *ctx);
enum err session_switch(struct ctx *ctx);
enum err session_logout(struct ctx *ctx);
enum err session_list(struct ctx *ctx);
enum err session_delete(struct ctx *ctx);
enum err session_revoke(struct ctx *ctx);
extern const struct field refresh_fields[], switch_fields[], session_view[],
    session_revoke_fields[];

/* grant.c: the answer to sign-in, refresh and switch. */
struct membership {
	struct uuid	 id;
	const char	*slug, *name, *tier, *state, *role, *features;
};

struct grant {
	struct uuid	 session, account;
	bool		 cookie;
	int64_t		 left_s;	/* of the session */
	struct uuid	 tenant;	/* tenant of the token, or empty */
	bool		 rotate;	/* give a new refresh token as well */
};

/* Signs the access token and replies; the transaction is pinned to account. */
enum err grant_reply(struct ctx *ctx, struct grant *grant) must_check;
/* The account's memberships, in ctx->mem. */
enum err grant_tenants(struct ctx *ctx, struct membership **rows, size_t *n)
    must_check;
/* The same as a JSON array, without the features. */
enum err grant_list(struct ctx *ctx, const struct membership *rows, size_t n,
    struct json **list) must_check;
extern const struct field membership_view[], grant_view[];

#endif
