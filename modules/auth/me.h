/* SPDX-License-Identifier: Apache-2.0 */
/* Who is signed in, and what people change about their own account. */
#ifndef CAMELEER_AUTH_ME_H
#define CAMELEER_AUTH_ME_H

#include "libshared/base/ctx.h"
#include "libshared/doors/field.h"

/* me.c: who it is and what they may do; the name and the password. */
enum err me_get(struct ctx *ctx);
enum err me_rename(struct ctx *ctx);
enum err me_password(struct ctx *ctx);
extern const struct field me_view[], me_rename_fields[], me_password_fields[];

/* email.c: the address. */
struct accepted { const char *status; };
enum err me_email(struct ctx *ctx);
/* A link of a change of address; *found is false when it is none. */
enum err email_follow(struct ctx *ctx, const char *token,
    struct uuid *account, bool *found) must_check;
extern const struct field me_email_fields[];

#endif
