/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tenant's OpenID provider: what it publishes, and what it says about a
 * person (OpenID Connect Core 1.0, Discovery 1.0, RFC 9207).
 */
#ifndef CAMELEER_OIDC_H
#define CAMELEER_OIDC_H

#include <stdbool.h>
#include <stdint.h>

#include "libshared/base/ctx.h"
#include "libshared/proto/jose.h"
#include "modules/sso/room.h"

struct json;

#define OIDC_ANSWER_MAX	((size_t)256 << 10)	/* bytes (threat T10) */
#define OIDC_CALL_MS	5000
#define OIDC_ALL_MS	9000	/* all calls for one request */

/* A row of sso_provider as the queries give it. */
struct provider {
	const char	*issuer, *metadata_url;	/* NULL: below the issuer */
	const char	*client_id, *secret_box, *default_role;
	const char	*group_claim, *group_roles;
	const char	*metadata, *keys;	/* NULL: not read yet */
	int64_t		 metadata_age_s, keys_age_s, rests_s;
	bool		 keys_tried;
	bool		 answers;	/* the last call, in time */
};

struct metadata {
	const char	*authorization_endpoint, *token_endpoint, *jwks_uri;
	const char	*userinfo_endpoint;	/* NULL: none */
	bool		 says_issuer;	/* answers name it (RFC 9207) */
	bool		 secret_post;	/* the secret is sent in the body */
};

/*
 * A session with one provider: a deadline for all calls, and a place from the
 * first call on.
 */
struct oidc_session {
	struct uuid	 tenant;
	struct provider	 provider;
	struct metadata	 metadata;	/* set by oidc_metadata() */
	int64_t		 until_ms;	/* monotonic */
	struct room	 room;
};

/*
 * Reads the provider of the tenant; ERR_NOT_FOUND sso_not_offered.  The caller
 * ends the session in every case, also after a failure.
 */
enum err oidc_session_begin(struct ctx *ctx, const struct uuid *tenant,
    struct oidc_session *session) must_check;
void oidc_session_end(struct ctx *ctx, struct oidc_session *session);

/* oidc.c: each within the deadline, outside of a transaction. */
enum err oidc_metadata(struct ctx *ctx, struct oidc_session *session)
    must_check;
/* Returns keys that are at most an hour old, or reads new ones. */
enum err oidc_keys(struct ctx *ctx, struct oidc_session *session,
    struct jose_set *set) must_check;
/* Reads new keys, at most once a minute: else ERR_LIMIT. */
enum err oidc_keys_again(struct ctx *ctx, struct oidc_session *session,
    struct jose_set *set) must_check;
/* Is this an address of a provider?  https, a name, a port that we call. */
bool provider_url_sound(const char *url);
/* Checks the published metadata and returns what we store: a JSON text. */
enum err metadata_read(struct ctx *ctx, const char *text, size_t len,
    const char *issuer, const char **kept) must_check;

struct exchange {
	const char	*code, *verifier, *redirect_uri;
};
struct tokens {
	struct str	 id;
	const char	*access;	/* NULL: none that we can use */
};
/* Exchanges a code for tokens. */
enum err oidc_exchange(struct ctx *ctx, struct oidc_session *session,
    const struct exchange *exchange, struct tokens *tokens) must_check;
/*
 * Verifies by a rule with the provider's keys, and reads new keys if needed.
 * The reason of a refusal becomes the fact "reason" of the audit row.
 */
enum err oidc_verify(struct ctx *ctx, struct oidc_session *session,
    const struct jose_rule *by, struct str token, const struct json **claims)
    must_check;

/*
 * oidc_call.c: one call by the guarded client.  The first call takes a place
 * (room.h): ERR_LIMIT when there is none, or during the back-off.
 */
struct call_in {
	const char	*url;
	const char	*body;		/* NULL: GET */
	const char	*authorization;	/* NULL: no header */
};
enum err oidc_call(struct ctx *ctx, struct oidc_session *session,
    const struct call_in *in, const char **text, size_t *len) must_check;
/* Form-encodes a text into ctx->secrets. */
enum err form_encode(struct ctx *ctx, const char *text, const char **out)
    must_check;
/* Turns a failure of the provider into a refusal with a code of its own. */
enum err provider_failed(struct ctx *ctx, const struct oidc_session *session,
    enum err e) must_check;

/*
 * userinfo.c: asks the provider once more, when the ID token says too little.
 * *info is NULL when that led nowhere: the reason is a fact of the audit row.
 * ERR_PEER sso_userinfo_not_valid when it tells of somebody else.
 */
enum err oidc_userinfo(struct ctx *ctx, struct oidc_session *session,
    const char *access, const char *subject, const struct json **info)
    must_check;

/* claims.c: what a ticket takes from an ID token, and from user info. */
struct identity {
	const char	*subject, *name, *role, *sid;
	const char	*email;		/* NULL: none that counts */
	const char	*email_proof;	/* why; a value of sso_ticket */
};
struct claims {
	const struct json	*token, *info;	/* info may be NULL */
	bool			 asked;		/* for the info */
};
/* Does the ID token lack what user info could tell? */
bool claims_lack(const struct provider *provider, const struct json *token);
enum err claims_read(struct ctx *ctx, const struct provider *provider,
    const struct claims *claims, struct identity *identity) must_check;
/* Can anybody get an account with this issuer? */
bool issuer_shared(const char *issuer);

#endif
