/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What agents outside of the platform show, and what we hand on for them.
 *
 * A bootstrap token, "clb_" and 256 random bits as base64url, lets an agent
 * register.  nginx replaces it by the token of the tenant's own server, which
 * the worker seals for the gate: that server takes two tokens at most, a tenant
 * may have many, and none of them reaches a container (T13).
 */
#ifndef CAMELEER_AGENT_TOKEN_H
#define CAMELEER_AGENT_TOKEN_H

#include <stdbool.h>

#include "libshared/base/ctx.h"
#include "libshared/base/str.h"

#define AGENT_TOKEN_PREFIX	"clb_"
#define AGENT_TOKEN_LEN		47	/* bytes, without the NUL */
#define AGENT_TOKEN_HINT_LEN	8	/* bytes at its start, shown in lists */

/* Makes a new token in ctx->secrets. */
enum err agent_token_new(struct ctx *ctx, const char **token) must_check;
/* It has the form: it may be one of ours. */
bool agent_token_sound(struct str token);
/* What the server's token of this tenant is bound to when it is sealed. */
const char *agent_token_bound(struct ctx *ctx, const struct uuid *tenant);

#endif
