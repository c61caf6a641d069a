/* SPDX-License-Identifier: Apache-2.0 */
/* QR codes as pictures: the doorkeeper of libqrencode. */
#ifndef CAMELEER_QR_H
#define CAMELEER_QR_H

#include "libshared/base/ctx.h"

#define QR_TEXT_MAX	1024	/* bytes */

/*
 * An SVG document in ctx->secrets, since what it shows may be a secret.
 * ERR_TOO_LARGE when the text is longer than QR_TEXT_MAX.
 */
enum err qr_svg(struct ctx *ctx, const char *text, const char **svg)
    must_check;

#endif
