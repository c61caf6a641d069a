/* SPDX-License-Identifier: Apache-2.0 */
/* Second factors of an account. */
#ifndef CAMELEER_AUTH_FACTOR_H
#define CAMELEER_AUTH_FACTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "libshared/base/ctx.h"
#include "libshared/doors/field.h"

/* What an account can show in addition to its password. */
struct factors {
	bool		 totp;
	int64_t		 recovery_left;		/* unused codes */
	int64_t		 passkeys;
};
/* Reads them in the open transaction. */
enum err factors_read(struct ctx *ctx, const struct uuid *account,
    struct factors *factors) must_check;
/* The same, and locks them until the transaction ends. */
enum err factors_lock(struct ctx *ctx, const struct uuid *account,
    struct factors *factors) must_check;
/* True when a password alone is not enough for this account. */
bool factors_any(const struct factors *factors);
/*
 * ERR_FORBIDDEN factor_required when the account must keep a second factor: a
 * tenant's policy requires one, or it is an operator.  Needs the account's own
 * session.
 */
enum err factors_may_go(struct ctx *ctx) must_check;

/* The routes. */
enum err factors_get(struct ctx *ctx);
enum err totp_start(struct ctx *ctx);
enum err totp_confirm(struct ctx *ctx);
enum err totp_remove(struct ctx *ctx);
enum err recovery_renew(struct ctx *ctx);
extern const struct field totp_confirm_fields[], factors_view[], totp_view[],
    recovery_view[];

#endif
