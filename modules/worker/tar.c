/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tar archives as a list of pieces: headers and padding in memory, contents in
 * their files.  Format: POSIX.1-2017 pax, "ustar Interchange Format".
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "modules/worker/tar.h"

#define BLOCK		512
#define NAME_MAX_USTAR	100	/* we do not use the prefix field */
#define NAME_LIMIT	((size_t)1024)
#define SIZE_MAX_USTAR	((INT64_C(1) << 33) - 1)	/* 11 octal digits */
#define SIZE_LIMIT	(INT64_C(1) << 40)
#define CHUNK		((size_t)256 << 10)

/* Offsets of the fields in a ustar header. */
enum { AT_NAME = 0, AT_MODE = 100, AT_UID = 108, AT_GID = 116, AT_SIZE = 124,
    AT_MTIME = 136, AT_SUM = 148, AT_TYPE = 156, AT_MAGIC = 257,
    AT_MAJOR = 329, AT_MINOR = 337 };

static const char zeros[2 * BLOCK];

/* put_octal - writes digits octal digits and a NUL */
static void
put_octal(char *at, int digits, int64_t value)
{
	at[digits] = '\0';
	while (digits-- > 0) {
		at[digits] = (char)('0' + (value & 7));
		value >>= 3;
	}
}

static void
put_header(char *block, const struct tar_file *file, char type)
{
	unsigned mode = file->mode, sum = 0;
	size_t i, len;

	if (mode == 0)
		mode = type == '5' ? 0755 : 0644;
	memset(block, 0, BLOCK);
	len = strlen(file->name);
	memcpy(block + AT_NAME, file->name, len < NAME_MAX_USTAR ? len :
	    NAME_MAX_USTAR);
	put_octal(block + AT_MODE, 7, mode);
	put_octal(block + AT_UID, 7, file->owner);
	put_octal(block + AT_GID, 7, file->owner);
	put_octal(block + AT_SIZE, 11, file->size > SIZE_MAX_USTAR ? 0 :
	    file->size);
	put_octal(block + AT_MTIME, 11, 0);
	memset(block + AT_SUM, ' ', 8);
	block[AT_TYPE] = type;
	memcpy(block + AT_MAGIC, "ustar\00000", 8);
	put_octal(block + AT_MAJOR, 7, 0);
	put_octal(block + AT_MINOR, 7, 0);
	for (i = 0; i < BLOCK; i++)
		sum += (unsigned char)block[i];
	put_octal(block + AT_SUM, 6, sum);
}

/* put_pax - writes "LEN key=value\n", where LEN counts itself */
static void
put_pax(struct buf *buf, const char *key, const char *value)
{
	size_t rest = strlen(key) + strlen(value) + 3, len = rest + 1, digits;
	char text[24];

	for (;;) {
		digits = (size_t)snprintf(text, sizeof(text), "%zu", len);
		if (digits + rest == len)
			break;
		len = digits + rest;
	}
	buf_printf(buf, "%zu %s=%s\n", len, key, value);
}

static bool
name_is_sound(const char *name)
{
	size_t len = strlen(name);
	const char *p;

	if (len == 0 || len > NAME_LIMIT || name[0] == '/')
		return false;
	for (p = name; *p != '\0'; p += strcspn(p, "/"), p += *p == '/') {
		len = strcspn(p, "/");
		if (len == 0 || (len == 1 && p[0] == '.') ||
		    (len == 2 && p[0] == '.' && p[1] == '.'))
			return false;
	}
	for (p = name; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			return false;
	return true;
}

static void
add_piece(struct tar *tar, const char *data, int fd, int64_t len)
{
	if (len == 0)
		return;
	tar->pieces[tar->npieces++] = (struct tar_piece){
		.data = data, .fd = fd, .offset = 0, .len = len,
	};
	tar->size += len;
}

static void
add_padding(struct tar *tar, int64_t size)
{
	add_piece(tar, zeros, -1, (BLOCK - size % BLOCK) % BLOCK);
}

static enum err
add_file(struct ctx *ctx, const struct tar_file *file, struct tar *tar)
{
	bool directory = file->data == NULL && file->fd < 0;
	size_t len = strlen(file->name);
	struct buf pax;
	char size[24], *block;

	if (!name_is_sound(file->name) || file->size < 0 ||
	    file->size > SIZE_LIMIT || (directory && file->size != 0) ||
	    directory != (len > 0 && file->name[len - 1] == '/'))
		return fail(ctx, ERR_INTERNAL, NULL,
		    "'%s' cannot go into a layer", file->name);
	buf_init(&pax, ctx->mem, 2 * NAME_LIMIT);
	if (len > NAME_MAX_USTAR)
		put_pax(&pax, "path", file->name);
	if (file->size > SIZE_MAX_USTAR) {
		snprintf(size, sizeof(size), "%lld", (long long)file->size);
		put_pax(&pax, "size", size);
	}
	block = arena_get(ctx->mem, (size_t)2 * BLOCK);
	if (block == NULL || pax.full)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory for a header");
	if (pax.len > 0) {
		put_header(block, &(struct tar_file){ .name = "pax",
		    .size = (int64_t)pax.len }, 'x');
		add_piece(tar, block, -1, BLOCK);
		add_piece(tar, pax.p, -1, (int64_t)pax.len);
		add_padding(tar, (int64_t)pax.len);
	}
	put_header(block + BLOCK, file, directory ? '5' : '0');
	add_piece(tar, block + BLOCK, -1, BLOCK);
	add_piece(tar, file->data, file->fd, file->size);
	add_padding(tar, file->size);
	return ERR_OK;
}

enum err
tar_begin(struct ctx *ctx, const struct tar_file *files, size_t n,
    struct tar *tar)
{
	struct tar made = { 0 };
	enum err e;
	size_t i;

	if (n > OCI_TAR_FILES_MAX)
		return fail(ctx, ERR_INTERNAL, NULL, "%zu files in a layer", n);
	made.pieces = arena_array(ctx->mem, n * 6 + 1, sizeof(*made.pieces));
	if (made.pieces == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory for a layer");
	for (i = 0; i < n; i++)
		if ((e = add_file(ctx, &files[i], &made)) != ERR_OK)
			return e;
	add_piece(&made, zeros, -1, (int64_t)sizeof(zeros));
	*tar = made;
	return ERR_OK;
}

static bool
piece_read(const struct tar_piece *piece, int64_t at, void *buf, size_t max,
    size_t *n)
{
	size_t len = max;
	ssize_t got;

	if (piece->len - at < (int64_t)len)
		len = (size_t)(piece->len - at);
	if (piece->data != NULL) {
		memcpy(buf, piece->data + at, len);
		*n = len;
		return true;
	}
	do {
		got = pread(piece->fd, buf, len, piece->offset + at);
	} while (got == -1 && errno == EINTR);
	if (got <= 0)
		return false;
	*n = (size_t)got;
	return true;
}

/* piece_at - finds the piece at *offset, which becomes relative to the piece */
static const struct tar_piece *
piece_at(const struct tar *tar, int64_t *offset)
{
	size_t i;

	for (i = 0; i < tar->npieces; i++) {
		if (*offset < tar->pieces[i].len)
			return &tar->pieces[i];
		*offset -= tar->pieces[i].len;
	}
	return NULL;
}

bool
tar_read(void *arg, int64_t offset, void *buf, size_t max, size_t *n)
{
	const struct tar_piece *piece;
	const struct tar *tar = arg;

	if (offset < 0 || offset > tar->size)
		return false;
	piece = piece_at(tar, &offset);
	if (piece != NULL)
		return piece_read(piece, offset, buf, max, n);
	*n = 0;
	return true;
}

struct tar_hash {
	const struct tar	*tar;
	struct sha256		*whole, *content;
	int			 fd;		/* hashed on its own */
	int64_t			 at;
};

struct tar_hash *
tar_hash_begin(const struct tar *tar, int fd)
{
	struct tar_hash *hash = calloc(1, sizeof(*hash));

	if (hash == NULL)
		abort();
	*hash = (struct tar_hash){ .tar = tar, .fd = fd,
	    .whole = sha256_new(), .content = sha256_new() };
	return hash;
}

bool
tar_hash_read(void *arg, int64_t offset, void *buf, size_t max, size_t *n)
{
	const struct tar_piece *piece;
	struct tar_hash *hash = arg;

	if (offset != hash->at)		/* bytes are hashed in order only */
		return false;
	piece = piece_at(hash->tar, &offset);
	if (piece == NULL) {
		*n = 0;
		return true;
	}
	if (!piece_read(piece, offset, buf, max, n))
		return false;
	sha256_add(hash->whole, buf, *n);
	if (piece->data == NULL && piece->fd == hash->fd)
		sha256_add(hash->content, buf, *n);
	hash->at += (int64_t)*n;
	return true;
}

bool
tar_hash_end(struct tar_hash **hash, char digest[OCI_DIGEST_MAX],
    char *content)
{
	bool whole = (*hash)->at == (*hash)->tar->size;
	uint8_t sum[SHA256_SIZE];

	sha256_end(&(*hash)->whole, sum);
	memcpy(digest, "sha256:", 7);
	hex_of(sum, sizeof(sum), digest + 7);
	sha256_end(&(*hash)->content, sum);
	if (content != NULL)
		hex_of(sum, sizeof(sum), content);
	free(*hash);
	*hash = NULL;
	return whole;
}

enum err
tar_digest(struct ctx *ctx, const struct tar *tar, int fd,
    char digest[OCI_DIGEST_MAX], char *content)
{
	struct tar_hash *hash = tar_hash_begin(tar, fd);
	char *buf = malloc(CHUNK);
	int64_t at = 0;
	size_t n;

	if (buf == NULL)
		abort();
	while (tar_hash_read(hash, at, buf, CHUNK, &n) && n > 0)
		at += (int64_t)n;
	free(buf);
	if (tar_hash_end(&hash, digest, content))
		return ERR_OK;
	return fail(ctx, ERR_PEER, "file_changed",
	    "a file became shorter while it was read");
}
