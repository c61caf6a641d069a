/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libshared/base/str.h"
#include "modules/ctl/export/export_file.h"

#define NAME_SIZE_MAX	256
#define DEPTH_MAX	8

static enum err
file_error(struct ctx *ctx, const char *path)
{
	return fail(ctx, ERR_INTERNAL, "file", "%s: %s", path,
	    strerror(errno));
}

bool
export_path_valid(const char *path)
{
	static const char set[] = "abcdefghijklmnopqrstuvwxyz0123456789-.";
	struct str rest = str_of(path), name;
	size_t depth = 0, i;

	if (rest.len == 0 || rest.p[rest.len - 1] == '/')
		return false;
	for (; rest.len > 0; depth++) {
		name = str_cut(&rest, '/');
		if (name.len == 0 || name.len >= NAME_SIZE_MAX ||
		    name.p[0] == '.' || name.p[0] == '-')
			return false;
		for (i = 0; i < name.len; i++)
			if (strchr(set, name.p[i]) == NULL)
				return false;
	}
	return depth <= DEPTH_MAX;
}

/* dir_empty - takes no descriptor over; false with errno */
static bool
dir_empty(int top)
{
	int copy = openat(top, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = copy == -1 ? NULL : fdopendir(copy);
	const struct dirent *entry;
	bool empty = dir != NULL;

	if (dir == NULL)
		return false;
	while (empty && (entry = readdir(dir)) != NULL)
		empty = strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0;
	(void)closedir(dir);
	errno = ENOTEMPTY;
	return empty;
}

enum err
export_begin(struct ctx *ctx, const char *dir, int *top)
{
	int fd;

	if ((mkdir(dir, 0755) == -1 && errno != EEXIST) ||
	    (fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1)
		return file_error(ctx, dir);
	if (!dir_empty(fd)) {
		(void)close(fd);
		return fail(ctx, ERR_CONFLICT, "directory_not_empty",
		    "%s holds something already; name a new directory", dir);
	}
	*top = fd;
	return ERR_OK;
}

/* folder_open - the folder of a path below top, made where it is missing */
static int
folder_open(int top, struct str *rest)
{
	int at = openat(top, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), next;
	char name[NAME_SIZE_MAX];
	struct str part;

	while (at != -1 && memchr(rest->p, '/', rest->len) != NULL) {
		part = str_cut(rest, '/');
		memcpy(name, part.p, part.len);
		name[part.len] = '\0';
		next = -1;
		if (mkdirat(at, name, 0755) == 0 || errno == EEXIST)
			next = openat(at, name, O_RDONLY | O_DIRECTORY |
			    O_NOFOLLOW | O_CLOEXEC);
		(void)close(at);
		at = next;
	}
	return at;
}

static bool
content_write(int fd, const char *text)
{
	size_t len = strlen(text);
	ssize_t n;

	while (len > 0) {
		if ((n = write(fd, text, len)) == -1)
			return false;
		text += n;
		len -= (size_t)n;
	}
	return true;
}

enum err
export_write(struct ctx *ctx, int top, const struct export_file *file)
{
	struct str rest = str_of(file->path);
	int folder, fd = -1;
	bool good;

	if (!export_path_valid(file->path))
		return fail(ctx, ERR_INTERNAL, NULL,
		    "'%s' cannot be a path of an export", file->path);
	folder = folder_open(top, &rest);
	if (folder != -1)
		fd = openat(folder, rest.p, O_WRONLY | O_CREAT | O_EXCL |
		    O_NOFOLLOW | O_CLOEXEC, 0644);
	good = fd != -1 && content_write(fd, file->content);
	if (fd != -1 && close(fd) == -1)
		good = false;
	if (folder != -1)
		(void)close(folder);
	return good ? ERR_OK : file_error(ctx, file->path);
}
