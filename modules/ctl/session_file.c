/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tokens of the signed-in user: the file is replaced as a whole or not at
 * all.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "modules/ctl/session_file.h"

#define FILE_NAME	"session.json"
#define FILE_NEW	".session.new"

static enum err
session_file_error(struct ctx *ctx, const char *path)
{
	return fail(ctx, ERR_INTERNAL, "session_file", "%s: %s", path,
	    strerror(errno));
}

/*
 * session_file_folder - finds the user's directory of settings; an empty
 * variable counts as unset
 */
static enum err
session_file_folder(struct ctx *ctx, const char **path)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	const char *top = config;

	if (top == NULL || top[0] != '/') {
		if (home == NULL || home[0] != '/')
			return fail(ctx, ERR_INVALID, "session_file",
			    "neither XDG_CONFIG_HOME nor HOME is set");
		top = text_printf(ctx->mem, "%s/.config", home);
	}
	*path = text_printf(ctx->mem, "%s/cameleer", top);
	if (top == NULL || *path == NULL)
		return ERR_TOO_LARGE;
	if ((mkdir(top, 0700) != 0 && errno != EEXIST) ||
	    (mkdir(*path, 0700) != 0 && errno != EEXIST))
		return session_file_error(ctx, *path);
	return ERR_OK;
}

static bool
write_whole(int fd, const char *text, size_t len)
{
	ssize_t n;

	for (; len > 0; text += n, len -= (size_t)n)
		if ((n = write(fd, text, len)) <= 0)
			return false;
	return fsync(fd) == 0;
}

/* session_file_replace - writes a new file with mode 0600, and renames it */
static bool
session_file_replace(int dir, const char *text, size_t len)
{
	int fd, saved;
	bool good;

	(void)unlinkat(dir, FILE_NEW, 0);
	fd = openat(dir, FILE_NEW, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC |
	    O_NOFOLLOW, 0600);
	if (fd == -1)
		return false;
	good = fchmod(fd, 0600) == 0 && write_whole(fd, text, len) &&
	    renameat(dir, FILE_NEW, dir, FILE_NAME) == 0;
	saved = errno;
	(void)close(fd);
	if (!good)
		(void)unlinkat(dir, FILE_NEW, 0);
	errno = saved;
	return good;
}

/* session_file_content - makes the content: tokens, and when they expire */
static enum err
session_file_content(struct ctx *ctx, const char *url,
    const struct json *answer,
    const char **text, size_t *len)
{
	const char *access = json_member(answer, "access_token");
	const char *refresh = json_member(answer, "refresh_token");
	struct json *all = json_object(ctx);
	int64_t left;

	if (access == NULL || refresh == NULL ||
	    !json_int(json_get(answer, "expires_in"), &left) || left < 0 ||
	    left > 86400)
		return fail(ctx, ERR_PEER, "odd_answer",
		    "%s gives no tokens", url);
	json_put_text(all, "url", url);
	json_put_text(all, "access_token", access);
	json_put_text(all, "refresh_token", refresh);
	json_put_int(all, "expires_at", (int64_t)time(NULL) + left);
	return json_print(ctx, all, text, len);
}

enum err
session_store(struct ctx *ctx, const char *url, const struct json *answer,
    const char **path)
{
	const char *dir = NULL, *text = NULL;
	enum err e;
	size_t len;
	int fd;

	if ((e = session_file_content(ctx, url, answer, &text, &len)) !=
	    ERR_OK ||
	    (e = session_file_folder(ctx, &dir)) != ERR_OK)
		return e;
	if ((*path = text_printf(ctx->mem, "%s/" FILE_NAME, dir)) == NULL)
		return ERR_TOO_LARGE;
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd == -1)
		return session_file_error(ctx, dir);
	if (!session_file_replace(fd, text, len))
		e = session_file_error(ctx, *path);
	(void)close(fd);
	return e;
}
