/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Uploads on their way to the worker.
 *
 * The file has no name until it was accepted: a refused, broken or killed
 * upload leaves nothing on disk.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "libshared/base/arena.h"
#include "libshared/base/clock.h"
#include "libshared/doors/crypto.h"
#include "libshared/skeleton/process.h"
#include "libshared/skeleton/req.h"
#include "modules/apps/apps.h"

#define PIECE		((size_t)64 << 10)	/* of the body, at a time */
#define FLUSH		((int64_t)8 << 20)	/* written to disk at once */
#define WINDOW_S	20	/* over which the rate is measured */
#define RATE_MIN	((int64_t)16 << 10)	/* bytes a second */
#define UPLOAD_MAX_S	1800	/* then an upload has ended */
#define FREE_MIN	((uint64_t)512 << 20)	/* stays free on the disk */

/* close_fd - the arena holds the descriptor as fd + 1, so that 0 means none */
static void
close_fd(void *handle)
{
	(void)close((int)(intptr_t)handle - 1);
}

static enum err
no_space(struct ctx *ctx)
{
	return fail(ctx, ERR_NO_SPACE, "spool_full",
	    "no room for uploads at the moment: try again later");
}

/* space_check - keeps a reserve of disk space for other programs */
static enum err
space_check(struct ctx *ctx, int fd)
{
	struct statvfs fs;

	if (fstatvfs(fd, &fs) != 0 ||
	    (uint64_t)fs.f_bavail * fs.f_frsize < FREE_MIN)
		return no_space(ctx);
	return ERR_OK;
}

static enum err
write_all(struct ctx *ctx, int fd, const char *data, size_t len)
{
	ssize_t n;

	while (len > 0) {
		n = write(fd, data, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return no_space(ctx);
		data += n;
		len -= (size_t)n;
	}
	return ERR_OK;
}

/*
 * flush_begin - starts to write each whole FLUSH bytes to disk as soon as the
 * last n of them have come, so that fsync() has little left to wait for
 */
static void
flush_begin(const struct spool *spool, size_t n)
{
	int64_t past = spool->size % FLUSH;

	if (past < (int64_t)n)
		(void)sync_file_range(spool->fd, spool->size - past - FLUSH,
		    FLUSH, SYNC_FILE_RANGE_WRITE);
}

/* jar_too_large - says the limit in a unit for people */
static enum err
jar_too_large(struct ctx *ctx, int64_t max)
{
	const bool whole = max % (1 << 20) == 0;

	return fail(ctx, ERR_TOO_LARGE, "jar_too_large", "the plan, or the "
	    "contract of the tenant, takes JARs of up to %lld %s",
	    (long long)(whole ? max >> 20 : max), whole ? "MiB" : "bytes");
}

/* How fast a body comes. */
struct pace { int64_t begun_s, window_s, window_bytes; };

/* pace_check - after n more bytes: a slow sender keeps no place for long */
static enum err
pace_check(struct ctx *ctx, struct pace *pace, size_t n)
{
	int64_t now = clock_s(), took = now - pace->window_s;

	pace->window_bytes += (int64_t)n;
	if (now - pace->begun_s > UPLOAD_MAX_S)
		return fail(ctx, ERR_SLOW, "upload_too_slow",
		    "an upload may take %d minutes", UPLOAD_MAX_S / 60);
	if (took < WINDOW_S)
		return ERR_OK;
	if (pace->window_bytes < RATE_MIN * took)
		return fail(ctx, ERR_SLOW, "upload_too_slow",
		    "an upload must not be slower than %lld KiB a second",
		    (long long)(RATE_MIN >> 10));
	pace->window_s = now;
	pace->window_bytes = 0;
	return ERR_OK;
}

/* body_receive - copies the body to fd, and hashes it */
static enum err
body_receive(struct ctx *ctx, int64_t max, struct spool *spool,
    struct sha256 *hash)
{
	struct pace pace = { clock_s(), clock_s(), 0 };
	char *piece = arena_get(ctx->mem, PIECE);
	size_t n;
	enum err e;

	if (piece == NULL)
		return ERR_TOO_LARGE;
	for (;;) {
		if ((e = req_read(ctx, piece, PIECE, &n)) != ERR_OK || n == 0 ||
		    (e = pace_check(ctx, &pace, n)) != ERR_OK)
			return e;
		spool->size += (int64_t)n;
		if (spool->size > max)
			return jar_too_large(ctx, max);
		sha256_add(hash, piece, n);
		if ((e = write_all(ctx, spool->fd, piece, n)) != ERR_OK)
			return e;
		flush_begin(spool, n);
	}
}

enum err
spool_receive(struct ctx *ctx, int64_t max, struct spool *spool)
{
	uint8_t digest[SHA256_SIZE];
	struct sha256 *hash;
	enum err e;

	if (ctx->req->content_length > max)
		return jar_too_large(ctx, max);
	spool->size = 0;
	spool->fd = open(process.conf->spool_dir,
	    O_TMPFILE | O_RDWR | O_CLOEXEC, 0640);
	if (spool->fd == -1 && (errno == ENOSPC || errno == EDQUOT))
		return no_space(ctx);
	if (spool->fd == -1)
		return fail(ctx, ERR_INTERNAL, "internal",
		    "spool directory %s: %s", process.conf->spool_dir,
		    strerror(errno));
	if (arena_adopt(ctx->mem, (void *)((intptr_t)spool->fd + 1),
	    close_fd) != 0)
		return ERR_TOO_LARGE;
	if ((e = space_check(ctx, spool->fd)) != ERR_OK)
		return e;
	hash = sha256_new();
	e = body_receive(ctx, max, spool, hash);
	sha256_end(&hash, digest);
	hex_of(digest, sizeof(digest), spool->sha256);
	return e;
}

static void
name_of(const struct uuid *release, char *name, size_t size)
{
	(void)snprintf(name, size, "%s/%s.jar", process.conf->spool_dir,
	    release->text);
}

enum err
spool_keep(struct ctx *ctx, const struct spool *spool,
    const struct uuid *release)
{
	char from[64], name[4096];
	int dir;

	(void)snprintf(from, sizeof(from), "/proc/self/fd/%d", spool->fd);
	name_of(release, name, sizeof(name));
	if (fchmod(spool->fd, 0640) != 0 || fsync(spool->fd) != 0 ||
	    linkat(AT_FDCWD, from, AT_FDCWD, name, AT_SYMLINK_FOLLOW) != 0)
		return errno == ENOSPC || errno == EIO ? no_space(ctx) :
		    fail(ctx, ERR_INTERNAL, "internal", "%s: %s", name,
		    strerror(errno));
	if ((dir = open(process.conf->spool_dir, O_RDONLY | O_DIRECTORY |
	    O_CLOEXEC)) != -1) {
		(void)fsync(dir);
		(void)close(dir);
	}
	return ERR_OK;
}

void
spool_drop(struct ctx *ctx, const struct uuid *release)
{
	char name[4096];

	(void)ctx;
	name_of(release, name, sizeof(name));
	(void)unlink(name);
}
