/* SPDX-License-Identifier: Apache-2.0 */
/* Internals of cameleerctl: public halves in the database, and their states. */
#ifndef CAMELEER_CTL_KEYS_H
#define CAMELEER_CTL_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/ctx.h"
#include "libshared/proto/key.h"
#include "libshared/proto/token.h"

struct key_row {
	const char	*kid, *purpose, *holder, *state;
	int64_t		 age_s, state_age_s;
	const char	*created_at, *changed_at;
};

/* Which process signs what: each line has its own private half. */
struct key_use { enum key_purpose purpose; const char *holder; };
extern const struct key_use key_uses[];
extern const size_t nkey_uses;

/* All of these work in the open transaction and write audit rows. */
enum err key_row_get(struct ctx *ctx, const char *kid, struct key_row *row,
    bool *found) must_check;
enum err key_row_list(struct ctx *ctx, struct key_row **rows, size_t *n)
    must_check;
/* The newest key of a use in this state, or NULL. */
enum err key_row_newest(struct ctx *ctx, const struct key_row *like,
    const char *state, const char **kid) must_check;
/* added is false when the database already has the key. */
enum err key_row_add(struct ctx *ctx, const struct key *key,
    const char *holder, enum key_state state, bool *added) must_check;
/* ERR_CONFLICT when the key is not in row->state any more. */
enum err key_row_move(struct ctx *ctx, const struct key_row *row,
    const char *state, const char *action) must_check;

#endif
