/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logins with which the engine pulls.  Nothing is stored but hashes: the same
 * key and owner give the same password, and the same file.
 */
#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libshared/base/arena.h"
#include "libshared/base/conf.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/proto/password.h"
#include "modules/worker/registry/registry_reader.h"

#define READER_USER	"pull"
#define READER_LINE_MAX	256
#define OWNER_MAX	63
#define SALT_SIZE	16

/* reader_file - the owner's file; the name is part of a path and of a URL */
static enum err
reader_file(struct ctx *ctx, const char *directory, const char *owner,
    const char **path)
{
	size_t len = strlen(owner);

	if (len == 0 || len > OWNER_MAX || owner[0] < 'a' || owner[0] > 'z' ||
	    strspn(owner, "abcdefghijklmnopqrstuvwxyz0123456789") != len)
		return fail(ctx, ERR_INVALID, "image_invalid",
		    "'%s' owns no repository", owner);
	*path = text_printf(ctx->mem, "%s/%s", directory, owner);
	return *path != NULL ? ERR_OK : fail(ctx, ERR_INTERNAL, NULL,
	    "no memory for a path");
}

/* derive_text - hex of HMAC-SHA-256(key, "what:owner"), in ctx->secrets */
static enum err
derive_text(struct ctx *ctx, const char *what, const char *owner,
    const char **text)
{
	const char *key, *about;
	uint8_t mac[SHA256_SIZE];
	char hex[SHA256_HEX_MAX];
	enum err e;

	if ((e = conf_credential(ctx, "registry.key", &key)) != ERR_OK)
		return e;
	about = text_printf(ctx->mem, "%s:%s", what, owner);
	if (about == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory for a login");
	hmac_sha256(key, strlen(key), about, strlen(about), mac);
	hex_of(mac, sizeof(mac), hex);
	*text = arena_text(ctx->secrets, hex, strlen(hex));
	secret_wipe(mac, sizeof(mac));
	secret_wipe(hex, sizeof(hex));
	return *text != NULL ? ERR_OK : fail(ctx, ERR_INTERNAL, NULL,
	    "no memory for a login");
}

static bool
file_has(const char *path, const char *line)
{
	char found[READER_LINE_MAX];
	ssize_t n;
	int fd;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) == -1)
		return false;
	n = read(fd, found, sizeof(found));
	(void)close(fd);
	return n == (ssize_t)strlen(line) &&
	    memcmp(found, line, (size_t)n) == 0;
}

/*
 * file_write - in one move; the directory's group, nginx, may read it.  Workers
 * that do the same at once write the same.
 */
static enum err
file_write(struct ctx *ctx, const char *path, const char *line)
{
	const char *made = text_printf(ctx->mem, "%s.%ld", path,
	    (long)getpid());
	bool good;
	int fd;

	if (made == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory for a path");
	fd = open(made, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC |
	    O_NOFOLLOW, 0640);
	if (fd == -1)
		return fail(ctx, ERR_INTERNAL, NULL, "%s: %s", made,
		    strerror(errno));
	good = fchmod(fd, 0640) == 0 &&
	    write(fd, line, strlen(line)) == (ssize_t)strlen(line);
	good = close(fd) == 0 && good;
	if (good && rename(made, path) == 0)
		return ERR_OK;
	(void)unlink(made);
	return fail(ctx, ERR_INTERNAL, NULL, "%s cannot be written", path);
}

static enum err
reader_write(struct ctx *ctx, const char *path, const char *owner,
    const char *password)
{
	const char *salt, *hash, *line;
	enum err e;

	if ((e = derive_text(ctx, "salt", owner, &salt)) != ERR_OK)
		return e;
	salt = arena_text(ctx->mem, salt, SALT_SIZE);
	if (salt == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory for a salt");
	if ((e = password_for_nginx(ctx, password, salt, &hash)) != ERR_OK)
		return e;
	line = text_printf(ctx->mem, READER_USER ":%s\n", hash);
	if (line == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory for a login");
	return file_has(path, line) ? ERR_OK : file_write(ctx, path, line);
}

/* image_owner - the first name behind the host */
static const char *
image_owner(struct ctx *ctx, const char *image)
{
	const char *from = strchr(image, '/');

	return from == NULL ? NULL : arena_text(ctx->mem, from + 1,
	    strcspn(from + 1, "/@:"));
}

enum err
registry_reader(struct ctx *ctx, const char *directory, const char *image,
    const struct runtime_login **login)
{
	struct runtime_login *made;
	const char *owner, *path;
	enum err e;

	if (directory == NULL || directory[0] == '\0') {
		*login = NULL;
		return ERR_OK;
	}
	made = arena_get(ctx->secrets, sizeof(*made));
	owner = image_owner(ctx, image);
	if (made == NULL || owner == NULL)
		return fail(ctx, ERR_INTERNAL, NULL,
		    "no login for the image '%s'", image);
	made->user = READER_USER;
	if ((e = reader_file(ctx, directory, owner, &path)) != ERR_OK ||
	    (e = derive_text(ctx, READER_USER, owner, &made->password)) !=
	    ERR_OK ||
	    (e = reader_write(ctx, path, owner, made->password)) != ERR_OK)
		return e;
	*login = made;
	return ERR_OK;
}

enum err
registry_reader_forget(struct ctx *ctx, const char *directory,
    const char *owner)
{
	const char *path;
	enum err e;

	if (directory == NULL || directory[0] == '\0')
		return ERR_OK;
	if ((e = reader_file(ctx, directory, owner, &path)) != ERR_OK)
		return e;
	if (unlink(path) == 0 || errno == ENOENT)
		return ERR_OK;
	return fail(ctx, ERR_INTERNAL, NULL, "%s: %s", path, strerror(errno));
}
