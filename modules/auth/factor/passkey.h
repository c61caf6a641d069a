/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Passkeys: what a browser is asked, what it answers, and what comes of it.
 */
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

#define PASSKEYS_MAX		20	/* of one account */
#define PASSKEY_NAME_MAX	60
#define PASSKEY_TTL_S		300	/* of a challenge */
/* Challenges of one account, or of one network that is not signed in. */
#define PASSKEY_ASKED_MAX	20
#define PASSKEY_ASKED_NETWORK_MAX	1000
#define PASSKEY_ANSWER_MAX	32768	/* bytes of the browser's answer */
/* Who may answer a challenge; the member of passkey_challenge. */
struct asked {
	const char	*purpose;	/* register, login, second, step-up */
	struct uuid	 account, session;	/* empty where nobody is yet */
};

/* passkey_answer.c: challenges, and what browsers say. */
const char *passkey_rp_id(struct ctx *ctx);	/* host of base_url */
/* A new challenge in *text, base64url, in the transaction that is open. */
enum err passkey_ask(struct ctx *ctx, const struct asked *asked,
    const char **text) must_check;
/* ERR_UNAUTHENTICATED at sign-in; inside of a session, ERR_INVALID. */
enum err passkey_refusal(const struct ctx *ctx) must_check;
/*
 * Spends the challenge; passkey_refusal() with challenge_not_valid when there
 * is none for this asker (any more).
 */
enum err passkey_spend(struct ctx *ctx, const struct asked *asked,
    const char *challenge) must_check;

/* AuthenticationResponseJSON or RegistrationResponseJSON, in bytes. */
struct answer {
	const char	*credential;	/* base64url, canonical */
	const char	*user_handle;	/* base64url, or NULL */
	const char	*transports;	/* as an array of PostgreSQL */
	struct str	 client_data, attestation, auth_data, signature;
};
/* ERR_BAD_INPUT invalid_fields when the text is not of that form. */
enum err passkey_answer(struct ctx *ctx, const char *text, bool registration,
    struct answer *answer) must_check;
/* The account's id as its user handle. */
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

/* passkey.c: one's own passkeys. */
enum err passkey_offer(struct ctx *ctx);
enum err passkey_add(struct ctx *ctx);
enum err passkey_list(struct ctx *ctx);
enum err passkey_get(struct ctx *ctx);
enum err passkey_rename(struct ctx *ctx);
enum err passkey_delete(struct ctx *ctx);
extern const struct field passkey_add_fields[], passkey_rename_fields[],
    passkey_view[], passkey_offer_view[];

#endif
