/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tenant's OpenID provider: what it publishes, and what it says of somebody
 * (OpenID Connect Core 1.0, Discovery 1.0, RFC 9207).
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
	const char	*metadata, *keys;	/* NULL: not asked yet */
	int64_t		 metadata_age_s, keys_age_s;
	bool		 keys_tried, rests;
};

struct metadata {
	const char	*authorization_endpoint, *token_endpoint, *jwks_uri;
	bool		 says_issuer;	/* in its answers (RFC 9207) */
	bool		 secret_post;	/* wants the secret in the body */
};

/* One visit to one provider: a deadline, and from the first call on a place. */
struct visit {
	struct uuid	 tenant;
	struct provider	 provider;
	struct metadata	 metadata;	/* by oidc_metadata() */
	int64_t		 until_ms;	/* monotonic */
	int64_t		 place;		/* 0: none taken yet */
};

/*
 * Reads the provider of the tenant; ERR_NOT_FOUND sso_not_offered.  What begins
 * must end, whatever came of it.
 */
enum err visit_begin(struct ctx *ctx, const struct uuid *tenant,
    struct visit *visit) must_check;
void visit_end(struct ctx *ctx, struct visit *visit);

/* oidc.c: each within the deadline, without a transaction. */
enum err oidc_metadata(struct ctx *ctx, struct visit *visit) must_check;
/* Keys that are not older than an hour, or new ones. */
enum err oidc_keys(struct ctx *ctx, struct visit *visit,
    struct jose_set *set) must_check;
/* New ones, at most once a minute: else ERR_LIMIT. */
enum err oidc_keys_again(struct ctx *ctx, struct visit *visit,
    struct jose_set *set) must_check;
/* The published metadata as we keep it: a JSON text. */
enum err metadata_read(struct ctx *ctx, const char *text, size_t len,
    const char *issuer, const char **kept) must_check;

struct exchange {
	const char	*code, *verifier, *redirect_uri;
};
/* The ID token for a code. */
enum err oidc_exchange(struct ctx *ctx, struct visit *visit,
    const struct exchange *exchange, struct str *id_token) must_check;
/*
 * Verifies by a rule with the provider's keys, new ones if need be, as of now;
 * a reason becomes the fact "reason" of the audit row.
 */
enum err oidc_verify(struct ctx *ctx, struct visit *visit,
    const struct jose_rule *by, struct str token, const struct json **claims)
    must_check;

/*
 * oidc_call.c: one call by the guarded client.  The first one takes one of the
 * tenant's two places: ERR_LIMIT when both are taken, or the provider rests.
 */
struct call_in {
	const char	*url;
	const char	*body;		/* NULL: GET */
	const char	*authorization;	/* NULL: none */
};
enum err oidc_call(struct ctx *ctx, struct visit *visit,
    const struct call_in *in, const char **text, size_t *len) must_check;
/* Form encoding into ctx->secrets. */
enum err form_encode(struct ctx *ctx, const char *text, const char **out)
    must_check;
/* Whatever a provider did becomes a refusal with a code of its own. */
enum err provider_failed(struct ctx *ctx, const struct visit *visit,
    enum err e) must_check;

/* claims.c: what a ticket takes from an ID token. */
struct said {
	const char	*subject, *email, *name, *role, *sid;
};
enum err claims_read(struct ctx *ctx, const struct provider *provider,
    const struct json *claims, struct said *said) must_check;

#endif
