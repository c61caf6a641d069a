/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attempts are counted before they are checked (threat T6): passwords by
 * address, whether or not an account has it; codes by account and separately,
 * since a right password must not allow more attempts at codes.
 */
#ifndef CAMELEER_AUTH_GUESS_H
#define CAMELEER_AUTH_GUESS_H

#include <stdbool.h>
#include <stdint.h>

#include "libshared/base/ctx.h"

enum guess_kind { GUESS_PASSWORD, GUESS_CODE, GUESS_DEVICE };

struct guess {
	bool	 locked;	/* too many: do not check this one */
	int64_t	 wait_s;	/* until the lock ends */
	const char *key;	/* under which it was counted */
	bool	 last;		/* one more is too many */
	int64_t	 left_s;	/* until the lock ends */
};

/*
 * Counts one more attempt for this key (an address, or guess_code_key()), and
 * commits. No transaction may be open.
 */
enum err guess_count(struct ctx *ctx, enum guess_kind kind, const char *key,
    struct guess *guess) must_check;
/* ERR_LIMIT too_many_attempts, with the minutes to wait. */
enum err guess_refuse(struct ctx *ctx, enum guess_kind kind, int64_t wait_s)
    must_check;
const char *guess_code_key(struct ctx *ctx, const struct uuid *account);
/* After a right one: resets the count in the open transaction. */
enum err guess_forget(struct ctx *ctx, const char *key) must_check;

#endif
