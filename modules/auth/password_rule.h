/* SPDX-License-Identifier: Apache-2.0 */
/* Which passwords are accepted; all code that sets a password calls this. */
#ifndef CAMELEER_AUTH_PASSWORD_RULE_H
#define CAMELEER_AUTH_PASSWORD_RULE_H

#include "libshared/base/ctx.h"

/*
 * NIST SP 800-63B-4: the minimum where a password is the only factor (threat
 * T6).
 */
#define PASSWORD_MIN	15
#define PASSWORD_MAX	128

/*
 * ERR_INVALID password_breached when the password is on the list; field is its
 * name in the body.
 */
enum err password_allow(struct ctx *ctx, const char *field,
    const char *password) must_check;

#endif
