/* SPDX-License-Identifier: Apache-2.0 */
/* The owner of an account: what every folder here reads. */
#ifndef CAMELEER_AUTH_PERSON_H
#define CAMELEER_AUTH_PERSON_H

#include <stdbool.h>

#include "libshared/base/ctx.h"
#include "libshared/doors/field.h"

#define EMAIL_MAX	254
#define TOKEN_TEXT_MAX	128	/* of a token of ours that is sent back */

struct account {
	struct uuid	 id;
	const char	*email, *name;
	bool		 verified;
};

/* What proves the person; each is NULL when it does not exist. */
struct person { const char *email, *password_hash; };

extern const struct field account_view[], person_view[];

#endif
