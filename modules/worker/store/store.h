/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stores: where tenants' servers keep their data.  One interface, one
 * implementation for each kind; every tenant has all of them.
 *
 * Two logins of a tenant take turns at each store, so that a password changes
 * while the old one still works: even turns are those of the first login, odd
 * ones those of the second.  Each call looks, compares and acts, so it may be
 * repeated after a crash at any point.
 */
#ifndef CAMELEER_STORE_H
#define CAMELEER_STORE_H

#include <stdint.h>

#include "libshared/base/ctx.h"

struct store {
	const char	*name;		/* "postgres" */
	/* Under which name the password of this turn's login is kept. */
	const char	*(*secret)(int64_t turn);

	/*
	 * All that the tenant needs is there, and the login of this turn has
	 * this password.  The other login is left alone.
	 */
	enum err (*ensure)(struct ctx *ctx, const struct uuid *tenant,
	    int64_t turn, const char *password);
	/*
	 * Nobody signs in with the login of this turn any more.
	 * ERR_UNAVAILABLE: it is still at work, call again.
	 */
	enum err (*retire)(struct ctx *ctx, const struct uuid *tenant,
	    int64_t turn);
	/* Nothing of the tenant is left, at once. */
	enum err (*drop)(struct ctx *ctx, const struct uuid *tenant);
};

extern const struct store store_postgres;

/*
 * The same for all stores of the job's tenant; a password that does not exist
 * is made.
 */
enum err stores_ensure(struct ctx *ctx, int64_t turn) must_check;
enum err stores_retire(struct ctx *ctx, int64_t turn) must_check;
enum err stores_drop(struct ctx *ctx) must_check;
/* In the open transaction: forgets the passwords of this turn's login. */
enum err stores_forget(struct ctx *ctx, int64_t turn) must_check;

#endif
