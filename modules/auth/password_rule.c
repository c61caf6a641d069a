/* SPDX-License-Identifier: Apache-2.0 */
/* Which passwords are refused; all code that sets a password calls this. */
#include "config.h"

#include "libshared/proto/breached.h"
#include "modules/auth/password_rule.h"

enum err
password_allow(struct ctx *ctx, const char *field, const char *password)
{
	if (!password_breached(password))
		return ERR_OK;
	fail_field(ctx, field, "is known from breaches, or too simple");
	return fail(ctx, ERR_INVALID, "password_breached",
	    "this password is on the list of breached passwords, or only adds "
	    "digits and signs to one or repeats it: choose another");
}
