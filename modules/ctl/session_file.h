/* SPDX-License-Identifier: Apache-2.0 */
/* Internals of cameleerctl: the tokens of the signed-in user. */
#ifndef CAMELEER_CTL_SESSION_FILE_H
#define CAMELEER_CTL_SESSION_FILE_H

#include "libshared/base/ctx.h"

struct json;

/*
 * Writes url and the tokens of an answer of the platform to
 * $XDG_CONFIG_HOME/cameleer/session.json (by default ~/.config/…) with mode
 * 0600 and replaces an existing file; *path is its name.
 */
enum err session_store(struct ctx *ctx, const char *url,
    const struct json *answer, const char **path) must_check;

#endif
