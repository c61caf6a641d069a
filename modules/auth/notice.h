/* SPDX-License-Identifier: Apache-2.0 */
/* Mails to a person about their account. */
#ifndef CAMELEER_AUTH_NOTICE_H
#define CAMELEER_AUTH_NOTICE_H

#include "libshared/base/ctx.h"

/*
 * Mails the person what was changed, in the open transaction; what is a
 * sentence of ours.  Nothing is sent to an account without an address.
 */
enum err notice_queue(struct ctx *ctx, const struct uuid *account,
    const char *what) must_check;
/* The same about a role in a tenant that the tenant's provider changed. */
enum err notice_role(struct ctx *ctx, const struct uuid *account,
    const char *tenant, const char *role) must_check;

#endif
