/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "modules/ctl/ctl.h"
#include "modules/ctl/license/license_memory.h"

#define STATE_BYTES	4096

enum err
license_memory_load(struct ctx *ctx, const char *path,
    struct license_memory *state)
{
	struct license_memory made = { 0, 0 };
	struct json *value;
	struct str text;
	enum err e;

	e = ctl_read_file(ctx, ctx->mem, path, STATE_BYTES, &text);
	if (e == ERR_NOT_FOUND) {
		fail_clear(ctx);
		*state = made;
		return ERR_OK;
	}
	if (e != ERR_OK)
		return e;
	if (json_parse(ctx, text.p, text.len, &value) == ERR_OK &&
	    json_int(json_get(value, "highest_time"), &made.highest_time) &&
	    json_int(json_get(value, "serial"), &made.serial) &&
	    made.highest_time >= 0 && made.serial >= 0) {
		*state = made;
		return ERR_OK;
	}
	fail_clear(ctx);
	return fail(ctx, ERR_INVALID, "file", "%s: this is not a file that "
	    "`license verify' has written", path);
}

static enum err
state_error(struct ctx *ctx, const char *path)
{
	return fail(ctx, ERR_INTERNAL, "file", "%s: %s", path,
	    strerror(errno));
}

/* state_write - writes the text to a new file and waits until it is on disk */
static enum err
state_write(struct ctx *ctx, const char *path, const char *text, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC |
	    O_NOFOLLOW, 0600);
	bool good;

	if (fd == -1)
		return state_error(ctx, path);
	good = write(fd, text, len) == (ssize_t)len && fsync(fd) == 0;
	if (close(fd) != 0 || !good)
		return state_error(ctx, path);
	return ERR_OK;
}

enum err
license_memory_store(struct ctx *ctx, const char *path,
    const struct license_memory *state)
{
	const char *made = text_printf(ctx->mem, "%s.new", path), *text;
	struct json *value = json_object(ctx);
	size_t len;
	enum err e;

	json_put_int(value, "highest_time", state->highest_time);
	json_put_int(value, "serial", state->serial);
	if (made == NULL)
		return ERR_TOO_LARGE;
	if ((e = json_print(ctx, value, &text, &len)) != ERR_OK ||
	    (e = state_write(ctx, made, text, len)) != ERR_OK)
		return e;
	return rename(made, path) == 0 ? ERR_OK : state_error(ctx, path);
}
