/* SPDX-License-Identifier: Apache-2.0 */
/* Unpacks a gzip file to compute its digest; the content is not stored. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zlib.h>

#include "libshared/doors/crypto.h"
#include "modules/worker/image/gunzip.h"

#define CHUNK	((size_t)256 << 10)

struct gunzip {
	int		 fd;
	int64_t		 at, size;
	z_stream	 z;
	struct sha256	*hash;
	unsigned char	 in[CHUNK], out[CHUNK];
};

/*
 * chunk_unpack - unpacks the chunk that was read; NULL, or the reason of
 * failure
 */
static const char *
chunk_unpack(struct gunzip *g, int *state)
{
	size_t n;

	do {
		g->z.next_out = g->out;
		g->z.avail_out = CHUNK;
		*state = inflate(&g->z, Z_NO_FLUSH);
		if (*state != Z_OK && *state != Z_STREAM_END &&
		    *state != Z_BUF_ERROR)
			return "its content is damaged";
		n = CHUNK - g->z.avail_out;
		g->size += (int64_t)n;
		if (g->size > GUNZIP_SIZE_MAX)
			return "it unpacks to too much";
		sha256_add(g->hash, g->out, n);
	} while (*state == Z_OK && (g->z.avail_in > 0 ||
	    g->z.avail_out == 0));
	return NULL;
}

static const char *
file_unpack(struct gunzip *g)
{
	int state = Z_OK;
	const char *why;
	ssize_t n;

	while (state != Z_STREAM_END) {
		n = pread(g->fd, g->in, CHUNK, g->at);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return "it ends too early";
		g->at += n;
		g->z.next_in = g->in;
		g->z.avail_in = (unsigned)n;
		if ((why = chunk_unpack(g, &state)) != NULL)
			return why;
	}
	if (g->z.avail_in > 0 || pread(g->fd, g->in, 1, g->at) != 0)
		return "something follows its end";
	return NULL;
}

enum err
gunzip_digest(struct ctx *ctx, int fd, char digest[OCI_DIGEST_MAX])
{
	struct gunzip *g = calloc(1, sizeof(*g));
	uint8_t sum[SHA256_SIZE];
	const char *why;

	if (g == NULL || inflateInit2(&g->z, 15 + 16) != Z_OK)
		abort();
	g->fd = fd;
	g->hash = sha256_new();
	why = file_unpack(g);
	sha256_end(&g->hash, sum);
	inflateEnd(&g->z);
	free(g);
	if (why != NULL)
		return fail(ctx, ERR_INVALID, "gzip_invalid",
		    "not a gzip file: %s", why);
	memcpy(digest, "sha256:", 7);
	hex_of(sum, sizeof(sum), digest + 7);
	return ERR_OK;
}
