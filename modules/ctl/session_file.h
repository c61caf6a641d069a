/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of cameleerctl: the tokens of whoever signed this machine in. */
#ifndef CAMELEER_CTL_SESSION_FILE_H
#define CAMELEER_CTL_SESSION_FILE_H

#include "libshared/base/ctx.h"

struct json;

/*
 * Writes url and the tokens of an answer of the platform to
 * $XDG_CONFIG_HOME/cameleer/session.json (~/.config/… without), 0600, in place
 * of what was there; *path says where.
 */
enum err session_store(struct ctx *ctx, const char *url,
    const struct json *answer, const char **path) must_check;

#endif
