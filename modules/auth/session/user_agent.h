/* SPDX-License-Identifier: Apache-2.0 */
/* What a browser calls itself, in words that a person knows. */
#ifndef CAMELEER_AUTH_USER_AGENT_H
#define CAMELEER_AUTH_USER_AGENT_H

#include "libshared/base/ctx.h"

#define DEVICE_NAME_MAX	40	/* bytes of a program's own name */

/*
 * "Firefox on Linux", or the program's own name, or "an unknown device"; in
 * ctx->mem or a constant.  It is what the client says of itself: a hint for
 * its owner, and no proof of anything.
 */
const char *user_agent_name(struct ctx *ctx, const char *user_agent);

#endif
