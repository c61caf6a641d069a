/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The doorkeeper of zlib: inflates entries, and nothing else.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "libshared/base/arena.h"
#include "modules/apps/inspect/zip_private.h"

#define GLANCE_OUT	64	/* bytes: somebody looks at a header only */
#define GLANCE_IN	512

struct zip_inflater { z_stream z; };

static void
inflater_free(void *handle)
{
	struct zip_inflater *inflater = handle;

	inflateEnd(&inflater->z);
}

/* One for the whole reading, reset before every entry. */
static z_stream *
inflater_get(struct ctx *ctx, struct zip_work *work)
{
	struct zip_inflater *inflater = work->inflater;

	if (inflater == NULL) {
		inflater = arena_get(ctx->mem, sizeof(*inflater));
		if (inflater == NULL ||
		    inflateInit2(&inflater->z, -MAX_WBITS) != Z_OK ||
		    arena_adopt(ctx->mem, inflater, inflater_free) != 0)
			abort();	/* out of memory */
		work->inflater = inflater;
	}
	inflateReset(&inflater->z);
	inflater->z.avail_in = 0;
	return &inflater->z;
}

static enum err
refuse_corrupt(struct ctx *ctx, const struct zip_entry *entry, const char *what)
{
	return fail(ctx, ERR_INVALID, "jar_corrupt", "entry '%s' %s",
	    zip_shown(ctx, entry->name), what);
}

/* The next packed bytes; few when few are wanted. */
static enum err
zip_unpack_refill(struct ctx *ctx, const struct zip *zip,
    const struct zip_entry *entry,
    z_stream *z)
{
	size_t left = entry->packed - z->total_in;
	size_t n = z->avail_out < GLANCE_OUT ? GLANCE_IN : ZIP_CHUNK;
	enum err e;

	if (n > left)
		n = left;
	e = zip_read(ctx, zip, entry->data + (int64_t)z->total_in,
	    zip->work->chunk, n);
	if (e != ERR_OK)
		return e;
	z->next_in = zip->work->chunk;
	z->avail_in = (uInt)n;
	return ERR_OK;
}

/* Until the data ends, is wrong, or max bytes are out (+ 1 that tells). */
static enum err
inflate_run(struct ctx *ctx, const struct zip *zip,
    const struct zip_entry *entry, z_stream *z, int *status)
{
	static uint8_t beyond;	/* written, never read */
	bool full = false;
	enum err e;

	for (;;) {
		if (z->avail_in == 0 && z->total_in < entry->packed) {
			e = zip_unpack_refill(ctx, zip, entry, z);
			if (e != ERR_OK)
				return e;
		}
		if (z->avail_out == 0) {
			if (full || z->total_out < entry->size)
				return ERR_OK;
			full = true;
			z->next_out = &beyond;
			z->avail_out = 1;
		}
		*status = inflate(z, Z_NO_FLUSH);
		if (*status != Z_OK)
			return ERR_OK;
	}
}

static enum err
unpack_deflated(struct ctx *ctx, const struct zip *zip,
    const struct zip_entry *entry, void *out, size_t len)
{
	z_stream *z = inflater_get(ctx, zip->work);
	int status = Z_OK;
	enum err e;

	z->next_out = out;
	z->avail_out = (uInt)len;
	e = inflate_run(ctx, zip, entry, z, &status);
	if (e != ERR_OK)
		return e;
	if (len < entry->size && z->total_out == len)
		return ERR_OK;
	if (z->total_out > entry->size)
		return refuse_corrupt(ctx, entry, "is longer than it says");
	if (status != Z_STREAM_END)
		return refuse_corrupt(ctx, entry, "cannot be inflated");
	if (z->total_out < entry->size)
		return refuse_corrupt(ctx, entry, "is shorter than it says");
	if (z->total_in < entry->packed)
		return refuse_corrupt(ctx, entry, "has bytes behind its data");
	return ERR_OK;
}

enum err
zip_unpack(struct ctx *ctx, const struct zip *zip,
    const struct zip_entry *entry, struct zip_out *out)
{
	size_t n = entry->size < out->max ? entry->size : out->max;
	enum err e;

	if (entry->method == ZIP_STORED)
		e = zip_read(ctx, zip, entry->data, out->to, n);
	else
		e = unpack_deflated(ctx, zip, entry, out->to, n);
	if (e != ERR_OK)
		return e;
	if (n == entry->size &&
	    crc32(0, n > 0 ? out->to : Z_NULL, (uInt)n) != entry->crc)
		return refuse_corrupt(ctx, entry, "has another checksum");
	out->len = n;
	return ERR_OK;
}
