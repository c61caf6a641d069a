/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of auth.fcgi: handlers by file, and what the files share. */
#ifndef CAMELEER_AUTH_H
#define CAMELEER_AUTH_H

#include <stdbool.h>
#include <stdint.h>

#include "libshared/base/ctx.h"
#include "libshared/doors/field.h"

struct json;

#define PASSWORD_MIN	12
#define PASSWORD_MAX	128
#define EMAIL_MAX	254
#define TOKEN_TEXT_MAX	128

/* account.c: how an account comes to be, and back to its owner. */
enum err account_register(struct ctx *ctx);
enum err account_verify(struct ctx *ctx);
enum err account_recover(struct ctx *ctx);
enum err account_reset(struct ctx *ctx);
enum err account_forget(struct ctx *ctx);	/* erase.c */
extern const struct field register_fields[], token_fields[], recover_fields[],
    reset_fields[], account_view[], accepted_view[];

struct account {
	struct uuid	 id;
	const char	*email, *name;
	bool		 verified;
};

/* api_token.c: what a program shows instead of a password. */
enum err token_list(struct ctx *ctx);
enum err token_create(struct ctx *ctx);
enum err token_rotate(struct ctx *ctx);
enum err token_revoke(struct ctx *ctx);
extern const struct field token_in_fields[], rotate_fields[], token_view[],
    token_made_view[];

/* service_account.c: accounts of programs, and their API tokens. */
enum err service_list(struct ctx *ctx);
enum err service_create(struct ctx *ctx);
enum err service_delete(struct ctx *ctx);
enum err service_token_list(struct ctx *ctx);
enum err service_token_create(struct ctx *ctx);
enum err service_token_rotate(struct ctx *ctx);
enum err service_token_revoke(struct ctx *ctx);
extern const struct field service_in_fields[], service_view[];

/* device.c: sign-in of a device without a browser. */
enum err device_start(struct ctx *ctx);
enum err device_poll(struct ctx *ctx);
enum err device_show(struct ctx *ctx);
enum err device_approve(struct ctx *ctx);
extern const struct field device_in_fields[], poll_fields[], approve_fields[],
    device_started_view[], device_view[];
/* invitation.c: somebody becomes a member of a tenant. */
enum err invitation_show(struct ctx *ctx);
enum err invitation_accept(struct ctx *ctx);
extern const struct field invitation_show_fields[], invitation_show_view[],
    invitation_accept_fields[], invitation_accept_view[];

/*
 * password_rule.c: ERR_INVALID password_breached when everybody knows it; field
 * is its name in the body.
 */
enum err password_allow(struct ctx *ctx, const char *field,
    const char *password) must_check;

/* login.c: a password becomes a session. */
enum err login_post(struct ctx *ctx);
extern const struct field login_fields[];

/* session.c: a session, its tokens, its end. */
struct opening {
	struct uuid	 account;
	const char	*kind;		/* cookie or token */
	/* How the person signed in: "{pwd,otp}" (session.methods). */
	const char	*methods;
	struct uuid	 sso_tenant;	/* whose provider proved it, or empty */
};
/*
 * The one way in: whoever proved an account calls this last.  Begins a
 * transaction, pins it to the account, and replies with the tokens; the
 * dispatcher writes the audit row and commits.
 */
enum err session_open(struct ctx *ctx, const struct opening *opening)
    must_check;
/* The same within the open transaction. */
enum err session_enter(struct ctx *ctx, const struct opening *opening)
    must_check;
enum err session_refresh(struct ctx *ctx);
enum err session_switch(struct ctx *ctx);
enum err session_logout(struct ctx *ctx);
enum err session_list(struct ctx *ctx);
enum err session_delete(struct ctx *ctx);
enum err session_revoke(struct ctx *ctx);
extern const struct field refresh_fields[], switch_fields[], session_view[],
    session_revoke_fields[], grant_view[];

extern const struct field membership_view[];
/* grant.c: what sign-in, refresh and switch answer with. */
struct membership {
	struct uuid	 id;
	const char	*slug, *name, *tier, *state, *role, *features;
};

struct grant {
	struct uuid	 session, account;
	bool		 cookie;
	int64_t		 left_s;	/* of the session */
	struct uuid	 tenant;	/* that the token is for, or empty */
	bool		 rotate;	/* give a new refresh token, too */
};

/* Signs the access token and replies; the transaction is pinned to account. */
enum err grant_reply(struct ctx *ctx, struct grant *grant) must_check;
/* The account's memberships, in ctx->mem. */
enum err grant_tenants(struct ctx *ctx, struct membership **rows, size_t *n)
    must_check;
/* The same as a JSON array, without the features. */
enum err grant_list(struct ctx *ctx, const struct membership *rows, size_t n,
    struct json **list) must_check;

#define SESSION_TTL_S	((int64_t)30 * 86400)

/* sso.c: a provider's word, by sso.fcgi, becomes a session. */
enum err sso_finish_page(struct ctx *ctx);
enum err sso_finish(struct ctx *ctx);
extern const struct field sso_finish_fields[];

/* platform.c: what those who run the platform do for its users. */
enum err platform_account_get(struct ctx *ctx);
enum err platform_account_unlock(struct ctx *ctx);
enum err platform_account_disable(struct ctx *ctx);
enum err platform_account_enable(struct ctx *ctx);
enum err platform_tenant_list(struct ctx *ctx);
enum err platform_audit_list(struct ctx *ctx);
extern const struct field platform_account_query[], platform_account_view[],
    platform_tenant_view[], platform_audit_view[];

/* proxy.c: what nginx asks for /t/<tenant>/, and the public keys. */
enum err proxy_authorize(struct ctx *ctx);
enum err jwks_get(struct ctx *ctx);

#endif
