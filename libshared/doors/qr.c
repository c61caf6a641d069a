/* SPDX-License-Identifier: Apache-2.0 */
/*
 * QR codes as pictures: the doorkeeper of libqrencode.
 *
 * The picture is one path of unit squares on white, with the quiet zone of
 * four squares that ISO/IEC 18004 asks for; no script, no style, no text.
 */
#include "config.h"

#include <string.h>

#include <qrencode.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/qr.h"

#define QUIET	4
#define SVG_MAX	(128u << 10)
#define DARK	1	/* the bit of a dark square (qrencode.h) */

static void
qr_release(void *handle)
{
	QRcode_free(handle);
}

/* run_of - counts the adjacent dark squares from here */
static int
run_of(const unsigned char *row, int x, int width)
{
	int from = x;

	while (x < width && (row[x] & DARK) != 0)
		x++;
	return x - from;
}

static void
put_squares(struct buf *out, const QRcode *code)
{
	const unsigned char *row;
	int x, y, n;

	for (y = 0; y < code->width; y++) {
		row = code->data + (size_t)y * (size_t)code->width;
		for (x = 0; x < code->width; x += n > 0 ? n : 1) {
			n = run_of(row, x, code->width);
			if (n > 0)
				buf_printf(out, "M%d %dh%dv1h-%dz", x, y, n,
				    n);
		}
	}
}

enum err
qr_svg(struct ctx *ctx, const char *text, const char **svg)
{
	struct buf out;
	QRcode *code;
	int side;

	if (strlen(text) > QR_TEXT_MAX)
		return fail(ctx, ERR_TOO_LARGE, NULL,
		    "more than %d bytes for a QR code", QR_TEXT_MAX);
	code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	if (code == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no QR code was made");
	if (arena_adopt(ctx->secrets, code, qr_release) != 0)
		return fail(ctx, ERR_INTERNAL, NULL, "secrets are full");
	side = code->width + 2 * QUIET;
	buf_init(&out, ctx->secrets, SVG_MAX);
	buf_printf(&out, "<svg xmlns=\"http://www.w3.org/2000/svg\" "
	    "viewBox=\"-%d -%d %d %d\" shape-rendering=\"crispEdges\">"
	    "<path fill=\"#fff\" d=\"M-%d-%dh%dv%dh-%dz\"/>"
	    "<path d=\"", QUIET, QUIET, side, side, QUIET, QUIET, side, side,
	    side);
	put_squares(&out, code);
	buf_text(&out, "\"/></svg>");
	if (out.full)
		return fail(ctx, ERR_INTERNAL, NULL, "secrets are full");
	*svg = out.p;
	return ERR_OK;
}
