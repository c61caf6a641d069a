/* SPDX-License-Identifier: Apache-2.0 */
/* A failure as an RFC 9457 problem document. */
#ifndef CAMELEER_PROBLEM_H
#define CAMELEER_PROBLEM_H

#include "libshared/base/ctx.h"

/* Replaces the answer so far; keeps the headers Allow and Set-Cookie. */
void problem_reply(struct ctx *ctx, enum err e);

#endif
