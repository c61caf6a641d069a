/* SPDX-License-Identifier: Apache-2.0 */
/* The name of a browser, in words that a person knows. */
#ifndef CAMELEER_AUTH_USER_AGENT_H
#define CAMELEER_AUTH_USER_AGENT_H

#include "libshared/base/ctx.h"

#define DEVICE_NAME_MAX	40	/* bytes of the program's name */

/*
 * "Firefox on Linux", or the program's own name, or "an unknown device"; in
 * ctx->mem or a constant.  The client says this of itself: a hint for its
 * owner, not a proof.
 */
const char *user_agent_name(struct ctx *ctx, const char *user_agent);

#endif
