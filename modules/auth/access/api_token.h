/* SPDX-License-Identifier: Apache-2.0 */
/*
 * API tokens of one account in the pinned tenant: an account manages its own, a
 * manager those of a service account.
 */
#ifndef CAMELEER_AUTH_API_TOKEN_H
#define CAMELEER_AUTH_API_TOKEN_H

#include "libshared/base/ctx.h"

struct holder {
	struct uuid	 account;
	/* The holder's permissions; NULL when the caller is the holder. */
	const char	*permissions;
};

/* The four routes, for any holder; the path parameter {name} is the id. */
enum err holder_list(struct ctx *ctx, const struct holder *holder) must_check;
enum err holder_create(struct ctx *ctx, const struct holder *holder)
    must_check;
enum err holder_rotate(struct ctx *ctx, const struct holder *holder,
    const char *name) must_check;
enum err holder_revoke(struct ctx *ctx, const struct holder *holder,
    const char *name) must_check;

#endif
