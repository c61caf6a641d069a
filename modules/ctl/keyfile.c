/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Private halves in files: written completely or not at all, never lost; and
 * public keys.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/crypto_sign.h"
#include "libshared/doors/json.h"
#include "libshared/proto/key.h"
#include "modules/ctl/ctl.h"
#include "modules/ctl/keyfile.h"

#define SEEDS		"signing.keys"
#define FILE_MAX	16384	/* limit of conf_credential() */
#define PUBLIC_MAX	(1u << 20)

static enum err
keyfile_error(struct ctx *ctx, const char *dir, const char *holder,
    const char *name)
{
	return fail(ctx, ERR_INTERNAL, "key_file", "%s/%s/%s: %s", dir,
	    holder, name, strerror(errno));
}

static enum err
read_text(struct ctx *ctx, const char *dir, const char *holder,
    struct str *text)
{
	const char *path = text_printf(ctx->mem, "%s/%s/%s", dir, holder,
	    SEEDS);
	enum err e;

	if (path == NULL)
		return fail(ctx, ERR_TOO_LARGE, "key_file", "no memory");
	e = ctl_read_file(ctx, ctx->secrets, path, FILE_MAX, text);
	if (e == ERR_NOT_FOUND) {
		fail_clear(ctx);
		*text = STR("");
		return ERR_OK;
	}
	return e;
}

enum err
keyfile_read(struct ctx *ctx, const char *dir, const char *holder,
    struct keyring *ring)
{
	struct str text;
	enum err e;

	if ((e = read_text(ctx, dir, holder, &text)) != ERR_OK)
		return e;
	return keyring_add_seeds(ctx, ring, text.p);
}

/* open_dir - opens DIR/<holder>, and makes it when missing; -1 with errno */
static int
open_dir(const char *dir, const char *holder)
{
	int top, fd = -1, saved;

	if ((mkdir(dir, 0700) == -1 && errno != EEXIST) ||
	    (top = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1)
		return -1;
	if (mkdirat(top, holder, 0700) == 0 || errno == EEXIST)
		fd = openat(top, holder, O_RDONLY | O_DIRECTORY | O_CLOEXEC |
		    O_NOFOLLOW);
	saved = errno;
	(void)close(top);
	errno = saved;
	return fd;
}

static bool
write_whole(int fd, const char *text, size_t len)
{
	ssize_t n;

	while (len > 0) {
		if ((n = write(fd, text, len)) <= 0)
			return false;
		text += n;
		len -= (size_t)n;
	}
	return fsync(fd) == 0;
}

/*
 * keyfile_replace - writes a new file with the owner of the old one, and
 * renames it
 */
static bool
keyfile_replace(int dir, const char *name, const char *text, size_t len)
{
	static const char temporary[] = ".new";
	struct stat st;
	int fd, saved;
	bool good;

	(void)unlinkat(dir, temporary, 0);
	fd = openat(dir, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC |
	    O_NOFOLLOW, 0400);
	if (fd == -1)
		return false;
	good = write_whole(fd, text, len) && fchmod(fd, 0400) == 0;
	if (good && fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    st.st_uid != geteuid())
		good = fchown(fd, st.st_uid, st.st_gid) == 0;
	good = good && renameat(dir, temporary, dir, name) == 0 &&
	    fsync(dir) == 0;
	saved = errno;
	(void)close(fd);
	if (!good)
		(void)unlinkat(dir, temporary, 0);
	errno = saved;
	return good;
}

static enum err
keyfile_store(struct ctx *ctx, const char *dir, const char *holder,
    const char *name,
    const struct buf *text)
{
	enum err e = ERR_OK;
	int fd;

	if (text->full)
		return fail(ctx, ERR_TOO_LARGE, "key_file",
		    "%s/%s/%s: holds too many keys", dir, holder, name);
	if ((fd = open_dir(dir, holder)) == -1)
		return keyfile_error(ctx, dir, holder, name);
	if (!keyfile_replace(fd, name, text->p, text->len))
		e = keyfile_error(ctx, dir, holder, name);
	(void)close(fd);
	return e;
}

enum err
keyfile_add(struct ctx *ctx, const char *dir, const char *holder,
    const struct key *key)
{
	struct str old;
	struct buf text;
	const char *seed;
	enum err e;

	if ((e = read_text(ctx, dir, holder, &old)) != ERR_OK ||
	    (e = base64url_encode(ctx, key->seed, SEED_SIZE, &seed)) != ERR_OK)
		return e;
	buf_init(&text, ctx->secrets, FILE_MAX);
	buf_put(&text, old.p, old.len);
	if (old.len > 0 && old.p[old.len - 1] != '\n')
		buf_text(&text, "\n");
	buf_printf(&text, "%s %s %s\n", key_purpose_name(key->purpose),
	    key->kid, seed);
	return keyfile_store(ctx, dir, holder, SEEDS, &text);
}

enum err
keyfile_sealing(struct ctx *ctx, const char *dir,
    const struct sealing_key *which, bool *made)
{
	const char *path = text_printf(ctx->mem, "%s/%s/%s", dir,
	    which->holder, which->name), *key;
	struct stat st;
	struct buf text;
	enum err e;

	*made = false;
	if (path == NULL)
		return fail(ctx, ERR_TOO_LARGE, "key_file", "no memory");
	if (lstat(path, &st) == 0)
		return ERR_OK;
	if (errno != ENOENT && errno != ENOTDIR)
		return keyfile_error(ctx, dir, which->holder, which->name);
	if ((e = crypto_random_text(ctx, SEAL_KEY_SIZE, &key)) != ERR_OK)
		return e;
	buf_init(&text, ctx->secrets, FILE_MAX);
	buf_printf(&text, "%s\n", key);
	if ((e = keyfile_store(ctx, dir, which->holder, which->name, &text)) ==
	    ERR_OK)
		*made = true;
	return e;
}

/* keys_take - adds the public keys of a JSON text */
static enum err
keys_take(struct ctx *ctx, struct str file, enum key_purpose purpose,
    struct keyring *ring)
{
	const struct json *list;
	struct json *top;
	const char *text;
	size_t i;
	enum err e;

	if ((e = json_parse(ctx, file.p, file.len, &top)) != ERR_OK)
		return e;
	list = json_get(top, "keys");
	for (i = 0; i < json_count(list); i++)
		if ((e = json_print(ctx, json_at(list, i), &text, NULL)) !=
		    ERR_OK || (e = keyring_add_public(ctx, ring, text, purpose,
		    KEY_PASSIVE)) != ERR_OK)
			return e;
	return ring->n > 0 ? ERR_OK : fail(ctx, ERR_INVALID, "keys",
	    "it holds no key");
}

enum err
keyfile_public(struct ctx *ctx, const struct public_keys *from,
    struct keyring *ring)
{
	const char *path = from->path == NULL ? from->usual : from->path;
	const char *why;
	struct str file;
	enum err e;

	e = ctl_read_file(ctx, ctx->mem, path, PUBLIC_MAX, &file);
	if (e == ERR_NOT_FOUND && from->path == NULL) {
		fail_clear(ctx);
		return fail(ctx, e, "file", "%s does not exist; name another "
		    "file of public keys with --keys", path);
	}
	if (e != ERR_OK || (e = keys_take(ctx, file, from->purpose, ring)) ==
	    ERR_OK)
		return e;
	why = ctx->fault.detail;
	fail_clear(ctx);
	return fail(ctx, e, "keys", "%s: no public keys as JSON: %s", path,
	    why);
}
