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

struct json;

#define OIDC_ANSWER_MAX	((size_t)256 << 10)	/* bytes (threat T10) */
#define OIDC_CALL_MS	5000
#define OIDC_ALL_MS	9000	/* all calls for one request */

/* A row of sso_provider as the queries give it. */
struct provider {
	const char	*issuer, *client_id, *secret_box, *default_role;
	const char	*group_claim, *group_roles;
	const char	*metadata, *keys;	/* NULL: not read yet */
	int64_t		 metadata_age_s, keys_age_s;
	bool		 keys_tried;
	int64_t		 rests_s;	/* no call before */
};

struct metadata {
	const char	*authorization_endpoint, *token_endpoint, *jwks_uri;
	bool		 says_issuer;	/* answers name it (RFC 9207) */
	bool		 secret_post;	/* the secret is sent in the body */
};

/*
 * A session with one provider: a deadline for all calls, and a slot from the
 * first call on.
 */
struct oidc_session {
	struct uuid	 tenant;
	struct provider	 provider;
	struct metadata	 metadata;	/* set by oidc_metadata() */
	int64_t		 until_ms;	/* monotonic */
	int64_t		 place;		/* slot; 0: none taken yet */
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
/* Checks the published metadata and returns what we store: a JSON text. */
enum err metadata_read(struct ctx *ctx, const char *text, size_t len,
    const char *issuer, const char **kept) must_check;

struct exchange {
	const char	*code, *verifier, *redirect_uri;
};
/* Exchanges a code for the ID token. */
enum err oidc_exchange(struct ctx *ctx, struct oidc_session *session,
    const struct exchange *exchange, struct str *id_token) must_check;
/*
 * Verifies by a rule with the provider's keys, and reads new keys if needed.
 * The reason of a refusal becomes the fact "reason" of the audit row.
 */
enum err oidc_verify(struct ctx *ctx, struct oidc_session *session,
    const struct jose_rule *by, struct str token, const struct json **claims)
    must_check;

/*
 * oidc_call.c: one call by the guarded client.  The first call takes one of the
 * tenant's two slots: ERR_LIMIT when both are taken, or during the back-off.
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

/* claims.c: what a ticket takes from an ID token. */
struct identity {
	const char	*subject, *email, *name, *role, *sid;
};
enum err claims_read(struct ctx *ctx, const struct provider *provider,
    const struct json *claims, struct identity *identity) must_check;

#endif
