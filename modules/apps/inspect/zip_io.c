/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes of an archive, the time they may take, and names as text. */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "libshared/base/arena.h"
#include "libshared/base/clock.h"
#include "modules/apps/inspect/zip_private.h"

#define SHOWN_MAX	100
#define TICKS		256	/* entries between two looks at the clock */

struct zip_work *
zip_work_new(struct ctx *ctx, int fd, int cpu_ms)
{
	struct zip_work *work = arena_get(ctx->mem, sizeof(*work));

	if (work == NULL)
		return NULL;
	work->fd = fd;
	work->cpu_end_ns = clock_cpu_ns() + (int64_t)cpu_ms * 1000000;
	return work;
}

enum err
zip_time(struct ctx *ctx, struct zip_work *work)
{
	if (++work->ticks % TICKS != 0 || clock_cpu_ns() < work->cpu_end_ns)
		return ERR_OK;
	return fail(ctx, ERR_INVALID, "jar_too_complex",
	    "reading this JAR takes longer than any sound one");
}

const char *
zip_shown(struct ctx *ctx, struct str name)
{
	size_t i, len = name.len < SHOWN_MAX ? name.len : SHOWN_MAX;
	char *text = arena_get(ctx->mem, SHOWN_MAX + sizeof("..."));

	if (text == NULL)
		return "?";
	for (i = 0; i < len; i++) {
		text[i] = name.p[i];
		if (text[i] < 0x20 || text[i] > 0x7e || text[i] == '\'')
			text[i] = '?';
	}
	if (name.len > SHOWN_MAX)
		memcpy(text + len, "...", 3);
	return text;
}

enum err
zip_read(struct ctx *ctx, const struct zip *zip, int64_t at, void *out,
    size_t len)
{
	uint8_t *p = out;
	ssize_t n;

	if (at < 0 || at > zip->size || (int64_t)len > zip->size - at)
		return fail(ctx, ERR_INVALID, "jar_truncated",
		    "the archive ends before its parts do");
	while (len > 0) {
		n = pread(zip->work->fd, p, len, (off_t)(zip->base + at));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(ctx, ERR_INTERNAL, "jar_read",
			    "pread: errno %d", errno);
		if (n == 0)
			return fail(ctx, ERR_INTERNAL, "jar_read",
			    "the file became shorter while it was read");
		p += n;
		at += n;
		len -= (size_t)n;
	}
	return ERR_OK;
}
