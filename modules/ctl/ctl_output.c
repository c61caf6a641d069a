/* SPDX-License-Identifier: Apache-2.0 */
/* What commands share: printing results, and reading a file. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "modules/ctl/ctl.h"

int
ctl_bad(struct ctl *ctl)
{
	const struct fault *fault = &ctl->ctx->fault;

	(void)fprintf(stderr, "cameleerctl: %s: %s\n", ctl->command->name,
	    fault->detail == NULL ? "failed" : fault->detail);
	return CTL_BAD;
}

int
ctl_print(struct ctl *ctl, const struct json *value)
{
	const char *text;

	if (json_print(ctl->ctx, value, &text, NULL) != ERR_OK)
		return ctl_bad(ctl);
	if (puts(text) == EOF || fflush(stdout) != 0) {
		(void)fprintf(stderr, "cameleerctl: standard output: %s\n",
		    strerror(errno));
		return CTL_BAD;
	}
	return CTL_GOOD;
}

int
ctl_done(struct ctl *ctl, enum err e, const char *what,
    const struct json *value)
{
	if (e != ERR_OK) {
		sql_rollback(ctl->ctx);
		return ctl_bad(ctl);
	}
	if (!ctl->json) {
		(void)printf("%s: %s\n", ctl->args[0], what);
		return CTL_GOOD;
	}
	return ctl_print(ctl, value);
}

int
ctl_usage(struct ctl *ctl, const char *fmt, ...)
{
	va_list ap;

	(void)fprintf(stderr, "cameleerctl: %s: ", ctl->command->name);
	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	(void)fputc('\n', stderr);
	return CTL_USAGE;
}

/* read_whole - reads a regular file to its end; false with errno */
static bool
read_whole(int fd, struct arena *mem, size_t max, struct str *text)
{
	struct stat st;
	size_t have = 0;
	ssize_t n = 0;
	char *copy;

	if (fstat(fd, &st) != 0)
		return false;
	errno = EINVAL;
	if (!S_ISREG(st.st_mode))
		return false;
	errno = EFBIG;
	if (st.st_size < 0 || (size_t)st.st_size > max ||
	    (copy = arena_get(mem, (size_t)st.st_size + 1)) == NULL)
		return false;
	while (have < (size_t)st.st_size && (n = read(fd, copy + have,
	    (size_t)st.st_size - have)) > 0)
		have += (size_t)n;
	*text = (struct str){ copy, have };
	return n != -1;
}

enum err
ctl_read_file(struct ctx *ctx, struct arena *mem, const char *path,
    size_t max, struct str *text)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), why;
	bool good = fd != -1 && read_whole(fd, mem, max, text);

	why = errno;
	if (fd != -1)
		(void)close(fd);
	if (good)
		return ERR_OK;
	return fail(ctx, why == ENOENT ? ERR_NOT_FOUND : ERR_INTERNAL, "file",
	    "%s: %s", path, strerror(why));
}
