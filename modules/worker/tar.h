/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tar archives that are never stored: contents are read from the files.
 *
 * ustar, with PAX only for names and sizes that ustar cannot hold; owner 0:0
 * unless given, date 0, so that the same files give the same digest.
 */
#ifndef CAMELEER_TAR_H
#define CAMELEER_TAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/ctx.h"
#include "libshared/proto/oci_name.h"

#define OCI_TAR_FILES_MAX	64

/* data, or size bytes of fd from its beginning, or neither for a directory. */
struct tar_file {
	const char	*name;		/* relative; no "..", no "//" */
	unsigned	 mode;		/* 0: 0644, or 0755 for a directory */
	unsigned	 owner;		/* uid and gid */
	const void	*data;
	int		 fd;		/* read with pread */
	int64_t		 size;
};

#define TAR_DIRECTORY(n)	{ .name = (n), .fd = -1 }

struct tar_piece {
	const char	*data;		/* NULL: from fd */
	int		 fd;
	int64_t		 offset, len;
};

struct tar {
	struct tar_piece	*pieces;	/* in ctx->mem */
	size_t			 npieces;
	int64_t			 size;
};

/* Files in the given order, a directory before its content. */
enum err tar_begin(struct ctx *ctx, const struct tar_file *files, size_t n,
    struct tar *tar) must_check;

/*
 * Reads the whole tar once.  content, unless NULL: SHA-256 in hex of the part
 * that comes from fd.  ERR_PEER when a file is shorter than announced.
 */
enum err tar_digest(struct ctx *ctx, const struct tar *tar, int fd,
    char digest[OCI_DIGEST_MAX], char *content) must_check;

/* For http_request.source; tar is a struct tar. */
bool tar_read(void *tar, int64_t offset, void *buf, size_t max, size_t *n)
    must_check;

/*
 * The same, for reading once from beginning to end, with a digest of what was
 * read.
 */
struct tar_hash;
struct tar_hash *tar_hash_begin(const struct tar *tar, int fd);
bool tar_hash_read(void *hash, int64_t offset, void *buf, size_t max,
    size_t *n) must_check;
/* False when the tar was not read to its end.  Frees the hash. */
bool tar_hash_end(struct tar_hash **hash, char digest[OCI_DIGEST_MAX],
    char *content);

#endif
