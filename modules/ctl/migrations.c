/* SPDX-License-Identifier: Apache-2.0 */
/* The files of migrations: reads all of them, in order. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "modules/ctl/ctl.h"
#include "modules/ctl/db.h"

#define FILE_MAX	(1u << 20)
#define SUFFIX		".sql"

/*
 * migrations_split - reads NNNN_name.sql; false: the name is not a migration's
 */
static bool
migrations_split(struct ctx *ctx, const char *file, struct migration *out)
{
	size_t len = strlen(file), i;

	if (len < 4 + 1 + 1 + strlen(SUFFIX) || file[4] != '_' ||
	    strcmp(file + len - strlen(SUFFIX), SUFFIX) != 0)
		return false;
	out->version = 0;
	for (i = 0; i < 4; i++) {
		if (file[i] < '0' || file[i] > '9')
			return false;
		out->version = out->version * 10 + (file[i] - '0');
	}
	for (i = 5; i < len - strlen(SUFFIX); i++)
		if (!((file[i] >= 'a' && file[i] <= 'z') || file[i] == '_' ||
		    (file[i] >= '0' && file[i] <= '9')))
			return false;
	out->name = arena_text(ctx->mem, file + 5, len - 5 - strlen(SUFFIX));
	return out->name != NULL;
}

static enum err
migrations_add(struct ctx *ctx, const char *dir, const char *file,
    struct migration *list, size_t *n)
{
	const char *path = text_printf(ctx->mem, "%s/%s", dir, file);
	struct migration *new = &list[*n];
	struct str text;
	enum err e;

	if (*n == MIGRATIONS_MAX || path == NULL)
		return fail(ctx, ERR_INVALID, "migrations",
		    "%s: too many files", dir);
	if (!migrations_split(ctx, file, new))
		return fail(ctx, ERR_INVALID, "migrations",
		    "%s: is not named NNNN_name.sql", path);
	if ((e = ctl_read_file(ctx, ctx->mem, path, FILE_MAX, &text)) !=
	    ERR_OK)
		return e;
	if (strlen(text.p) != text.len || !str_utf8(text))
		return fail(ctx, ERR_INVALID, "migrations",
		    "%s: is not UTF-8 text", path);
	new->text = text.p;
	sha256_hex(text.p, text.len, new->sha256);
	(*n)++;
	return ERR_OK;
}

static int
by_version(const void *a, const void *b)
{
	const struct migration *x = a, *y = b;

	return x->version < y->version ? -1 : x->version > y->version;
}

/* migrations_whole - checks that the numbers begin at 1 and occur once each */
static enum err
migrations_whole(struct ctx *ctx, const char *dir, struct migration *list,
    size_t n)
{
	size_t i;

	qsort(list, n, sizeof(*list), by_version);
	for (i = 0; i < n; i++) {
		if (list[i].version == (int64_t)i + 1)
			continue;
		if (i > 0 && list[i].version == list[i - 1].version)
			return fail(ctx, ERR_INVALID, "migrations",
			    "%s: number %04d is there twice: %s and %s", dir,
			    (int)list[i].version, list[i - 1].name,
			    list[i].name);
		return fail(ctx, ERR_INVALID, "migrations",
		    "%s: number %04d is missing", dir, (int)i + 1);
	}
	return n > 0 ? ERR_OK : fail(ctx, ERR_INVALID, "migrations",
	    "%s: holds no migrations", dir);
}

enum err
migrations_read(struct ctx *ctx, const char *dir, struct migration **list,
    size_t *n)
{
	struct migration *all = arena_array(ctx->mem, MIGRATIONS_MAX + 1,
	    sizeof(*all));
	struct dirent *entry;
	DIR *handle;
	size_t found = 0, len;
	enum err e = ERR_OK;

	if (all == NULL)
		return fail(ctx, ERR_TOO_LARGE, "migrations", "no memory");
	if ((handle = opendir(dir)) == NULL)
		return fail(ctx, ERR_INVALID, "migrations", "%s: %s", dir,
		    strerror(errno));
	while (e == ERR_OK && (entry = readdir(handle)) != NULL) {
		len = strlen(entry->d_name);
		if (entry->d_name[0] == '.' || len < strlen(SUFFIX) ||
		    strcmp(entry->d_name + len - strlen(SUFFIX), SUFFIX) != 0)
			continue;
		e = migrations_add(ctx, dir, entry->d_name, all, &found);
	}
	(void)closedir(handle);
	if (e != ERR_OK || (e = migrations_whole(ctx, dir, all, found)) !=
	    ERR_OK)
		return e;
	*list = all;
	*n = found;
	return ERR_OK;
}
