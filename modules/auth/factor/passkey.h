/* SPDX-License-Identifier: Apache-2.0 */
/* Passkeys: requests to browsers, and their answers. */
#ifndef CAMELEER_AUTH_PASSKEY_H
#define CAMELEER_AUTH_PASSKEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/ctx.h"
#include "libshared/base/str.h"
#include "libshared/doors/field.h"
#include "libshared/proto/webauthn.h"

struct json;

#define PASSKEYS_MAX		20	/* per account */
#define PASSKEY_NAME_MAX	60
#define PASSKEY_TTL_S		300	/* lifetime of a challenge */
/* Challenges of one account, or of one network without a sign-in. */
#define PASSKEY_ASKED_MAX	20
#define PASSKEY_ASKED_NETWORK_MAX	1000
#define PASSKEY_ANSWER_MAX	32768	/* bytes of the browser's answer */
/* Who may answer a challenge: columns of passkey_challenge. */
struct asked {
	const char	*purpose;	/* register, login, second, step-up */
	struct uuid	 account, session;	/* empty when not known yet */
};

/* passkey_answer.c: challenges, and the answers of browsers. */
const char *passkey_rp_id(struct ctx *ctx);	/* host of base_url */
/* Makes a challenge in *text, base64url, in the open transaction. */
enum err passkey_ask(struct ctx *ctx, const struct asked *asked,
    const char **text) must_check;
/* ERR_UNAUTHENTICATED at sign-in; within a session ERR_INVALID. */
enum err passkey_refusal(const struct ctx *ctx) must_check;
/*
 * Uses the challenge up; passkey_refusal() with challenge_not_valid when this
 * asker has none (any more).
 */
enum err passkey_spend(struct ctx *ctx, const struct asked *asked,
    const char *challenge) must_check;

/* AuthenticationResponseJSON or RegistrationResponseJSON, decoded. */
struct answer {
	const char	*credential;	/* base64url, canonical */
	const char	*user_handle;	/* base64url, or NULL */
	const char	*transports;	/* as a PostgreSQL array */
	struct str	 client_data, attestation, auth_data, signature;
};
/* ERR_BAD_INPUT invalid_fields when the text does not have that form. */
enum err passkey_answer(struct ctx *ctx, const char *text, bool registration,
    struct answer *answer) must_check;
/* The user handle of the account: its id. */
enum err passkey_handle(struct ctx *ctx, const struct uuid *account,
    const char **handle) must_check;
/* [{type, id, transports}] of the account. */
enum err passkey_descriptors(struct ctx *ctx, const struct uuid *account,
    struct json **list) must_check;

/* passkey_shape.c */
extern const struct field passkey_descriptor_shape[], passkey_rp_shape[],
    passkey_user_shape[], passkey_parameter_shape[], passkey_selection_shape[],
    passkey_request_shape[], passkey_attestation_shape[],
    passkey_assertion_shape[];

/* passkey.c: a person's own passkeys. */
enum err passkey_offer(struct ctx *ctx);
enum err passkey_add(struct ctx *ctx);
enum err passkey_list(struct ctx *ctx);
enum err passkey_get(struct ctx *ctx);
enum err passkey_rename(struct ctx *ctx);
enum err passkey_delete(struct ctx *ctx);
extern const struct field passkey_add_fields[], passkey_rename_fields[],
    passkey_view[], passkey_offer_view[];

#endif
