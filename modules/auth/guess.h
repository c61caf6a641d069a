/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attempts are counted before they are checked (threat T6).  Passwords are
 * counted for an address, known or not; codes for an account, apart from its
 * passwords, since a good password must not make room for more codes.
 */
#ifndef CAMELEER_AUTH_GUESS_H
#define CAMELEER_AUTH_GUESS_H

#include <stdbool.h>

#include "libshared/base/ctx.h"

enum guess_kind { GUESS_PASSWORD, GUESS_CODE, GUESS_DEVICE };

struct guess {
	bool	 locked;	/* too many: do not even check this one */
	bool	 last;		/* one more will be too many */
};

/*
 * One more attempt for this key (an address, or guess_code_key()), committed.
 * No transaction may be open.
 */
enum err guess_count(struct ctx *ctx, enum guess_kind kind, const char *key,
    struct guess *guess) must_check;
/* ERR_LIMIT too_many_attempts, with the minutes to wait. */
enum err guess_refuse(struct ctx *ctx, enum guess_kind kind) must_check;
const char *guess_code_key(struct ctx *ctx, const struct uuid *account);
/* A good one: the count begins anew, in the transaction that is open. */
enum err guess_forget(struct ctx *ctx, const char *key) must_check;

#endif
