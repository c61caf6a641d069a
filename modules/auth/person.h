/* SPDX-License-Identifier: Apache-2.0 */
/* Whose account it is: what every folder here reads of it. */
#ifndef CAMELEER_AUTH_PERSON_H
#define CAMELEER_AUTH_PERSON_H

#include <stdbool.h>

#include "libshared/base/ctx.h"
#include "libshared/doors/field.h"

#define EMAIL_MAX	254
#define TOKEN_TEXT_MAX	128	/* of what we made, when it comes back */

struct account {
	struct uuid	 id;
	const char	*email, *name;
	bool		 verified;
};

/* What proves them: either is NULL where there is none. */
struct person { const char *email, *password_hash; };

extern const struct field account_view[], person_view[];

#endif
