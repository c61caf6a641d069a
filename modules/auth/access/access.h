/* SPDX-License-Identifier: Apache-2.0 */
/* Access without a sign-in: API tokens, and the checks for nginx. */
#ifndef CAMELEER_AUTH_ACCESS_H
#define CAMELEER_AUTH_ACCESS_H

#include "libshared/base/ctx.h"
#include "libshared/doors/field.h"

/* api_token.c: API tokens. */
enum err token_list(struct ctx *ctx);
enum err token_create(struct ctx *ctx);
enum err token_rotate(struct ctx *ctx);
enum err token_revoke(struct ctx *ctx);
extern const struct field token_in_fields[], rotate_fields[], token_view[],
    token_made_view[];

/* service_account.c: accounts of programs, and their API tokens. */
enum err service_list(struct ctx *ctx);
enum err service_create(struct ctx *ctx);
enum err service_delete(struct ctx *ctx);
enum err service_token_list(struct ctx *ctx);
enum err service_token_create(struct ctx *ctx);
enum err service_token_rotate(struct ctx *ctx);
enum err service_token_revoke(struct ctx *ctx);
extern const struct field service_in_fields[], service_view[];

/* proxy.c: the check of nginx for /t/<tenant>/, and the public keys. */
enum err proxy_authorize(struct ctx *ctx);
enum err jwks_get(struct ctx *ctx);

/* agent.c: the check of nginx for agents outside of the platform. */
enum err agent_authorize(struct ctx *ctx);
enum err agent_enroll(struct ctx *ctx);

#endif
