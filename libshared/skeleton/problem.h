/* SPDX-License-Identifier: Apache-2.0 */
/* A failure as an RFC 9457 problem document. */
#ifndef CAMELEER_PROBLEM_H
#define CAMELEER_PROBLEM_H

#include "libshared/base/ctx.h"

/* Replaces the answer so far; keeps the headers Allow and Set-Cookie. */
void problem_reply(struct ctx *ctx, enum err e);

/*
 * For not_entitled: the page of the console that shows the tenant's plan beside
 * the others.  NULL: no memory.
 */
const char *problem_upgrade_url(struct ctx *ctx);

#endif
