/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading the settings file and the credentials.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libshared/base/arena.h"
#include "libshared/base/conf.h"
#include "libshared/base/ctx.h"
#include "libshared/base/log.h"

#define FILE_SIZE_MAX	((size_t)64 << 10)
#define MEMORY_MAX	((size_t)4 << 20)	/* for all loads together */
#define CREDENTIAL_MAX	((size_t)16 << 10)

/* Settings live as long as the process; nothing releases them. */
static struct arena *memory;

struct part {
	const struct setting	*table;
	const void		*values;	/* the module's struct */
	struct part		*next;
};

/* The file as it was read: one text for each row of conf_known[]. */
struct conf_file {
	const char	*values[CONF_SETTINGS_MAX];
	struct part	*parts;		/* those that modules asked for */
};

struct reader {
	const char		*path;
	FILE			*err;
	struct conf_file	*file;
	unsigned		 line;
	unsigned		 set_at[CONF_SETTINGS_MAX];	/* 0: not yet */
	bool			 bad;
};

/* conf_fault - prints "file:line: name: why"; line 0 means the whole file */
static void
conf_fault(struct reader *reader, struct str name, const char *why)
{
	reader->bad = true;
	(void)fprintf(reader->err, "%s:", reader->path);
	if (reader->line > 0)
		(void)fprintf(reader->err, "%u:", reader->line);
	(void)fprintf(reader->err, " %.*s: %s\n",
	    (int)(name.len < 64 ? name.len : 64), name.p, why);
}

/* known_index - returns the index of the setting in conf_known[], or -1 */
static ptrdiff_t
known_index(struct str name)
{
	ptrdiff_t i;

	for (i = 0; conf_known[i].name != NULL; i++)
		if (str_is(name, conf_known[i].name))
			return i;
	return -1;
}

static bool
value_keep(struct reader *reader, ptrdiff_t i, struct str value)
{
	reader->file->values[i] = arena_text(memory, value.p, value.len);
	return reader->file->values[i] != NULL;
}

static void
value_set(struct reader *reader, struct str name, struct str value)
{
	ptrdiff_t i = known_index(name);
	const char *why;

	if (i == -1) {
		conf_fault(reader, name, "there is no such setting");
		return;
	}
	if (reader->set_at[i] != 0) {
		conf_fault(reader, name, "is set twice");
		return;
	}
	reader->set_at[i] = reader->line;
	why = conf_check(&conf_known[i], value);
	if (why == NULL && !value_keep(reader, i, value))
		why = "does not fit";
	if (why != NULL)
		conf_fault(reader, name, why);
}

static void
read_line(struct reader *reader, struct str line)
{
	struct str name;

	line = str_trim(line);
	if (line.len == 0 || line.p[0] == '#')
		return;
	if (memchr(line.p, '=', line.len) == NULL) {
		conf_fault(reader, STR("line"), "must be NAME = VALUE");
		return;
	}
	name = str_cut(&line, '=');
	value_set(reader, str_trim(name), str_trim(line));
}

/* set_presets - fills in the settings that the file does not name */
static void
set_presets(struct reader *reader)
{
	ptrdiff_t i;

	reader->line = 0;
	for (i = 0; conf_known[i].name != NULL; i++) {
		if (reader->set_at[i] != 0)
			continue;
		if (conf_known[i].preset == NULL)
			conf_fault(reader, str_of(conf_known[i].name),
			    "must be set");
		else
			reader->file->values[i] = conf_known[i].preset;
	}
}

/*
 * read_whole - reads up to max bytes; a longer file is EFBIG; -1 with errno on
 * failure
 */
static ssize_t
read_whole(int fd, char *buf, size_t max)
{
	size_t len = 0;
	ssize_t n;

	for (;;) {
		n = read(fd, buf + len, max + 1 - len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		len += (size_t)n;
		if (len > max) {
			errno = EFBIG;
			return -1;
		}
	}
	return n == -1 ? -1 : (ssize_t)len;
}

static int
open_regular(int dir, const char *name, mode_t forbidden)
{
	struct stat st;
	int fd;

	fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK |
	    (dir == AT_FDCWD ? 0 : O_NOFOLLOW));
	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == 0) {
		if (S_ISREG(st.st_mode) && (st.st_mode & forbidden) == 0)
			return fd;
		errno = S_ISREG(st.st_mode) ? EPERM : EINVAL;
	}
	(void)close(fd);
	return -1;
}

static const char *
open_reason(void)
{
	if (errno == EPERM)
		return "its mode gives access to other users";
	if (errno == EINVAL)
		return "is not a regular file";
	if (errno == EFBIG)
		return "is too large";
	return strerror(errno);
}

/*
 * file_read - reads the file into buf, which has room for FILE_SIZE_MAX + 1
 * bytes, and returns its length
 */
static size_t
file_read(struct reader *reader, char *buf)
{
	ssize_t n = -1;
	int fd;

	fd = open_regular(AT_FDCWD, reader->path, S_IWOTH);
	if (fd != -1)
		n = read_whole(fd, buf, FILE_SIZE_MAX);
	if (n == -1)
		conf_fault(reader, STR("file"), open_reason());
	if (fd != -1)
		(void)close(fd);
	return n == -1 ? 0 : (size_t)n;
}

/* member_set - writes one member; conf_check() has accepted the text */
static void
member_set(void *member, const struct setting *setting, const char *text)
{
	if (setting->kind == SETTING_INT) {
		if (!str_int(str_of(text), setting->min, setting->max,
		    member))
			abort();	/* a preset that is out of range */
	} else if (setting->kind == SETTING_LEVEL)
		*(int64_t *)member = log_level_of(text);
	else
		*(const char **)member = text;
}

/*
 * text_of - returns the text of a setting; aborts when the build did not
 * collect its table, which is our bug
 */
static const char *
text_of(const struct conf_file *file, const char *name)
{
	ptrdiff_t i = known_index(str_of(name));

	if (i == -1) {
		(void)fprintf(stderr, "setting %s is in no table of "
		    "settings_tables\n", name);
		abort();
	}
	return file->values[i];
}

static void
table_fill(const struct conf_file *file, const struct setting *table,
    void *values)
{
	for (; table->name != NULL; table++)
		member_set((char *)values + table->offset, table,
		    text_of(file, table->name));
}

static const struct conf *
file_load(struct reader *reader)
{
	char buf[FILE_SIZE_MAX + 1];
	struct str rest = { buf, 0 };
	struct conf *conf;

	rest.len = file_read(reader, buf);
	if (reader->bad)
		return NULL;
	while (rest.len > 0) {
		reader->line++;
		read_line(reader, str_cut(&rest, '\n'));
	}
	set_presets(reader);
	if (reader->bad || (conf = arena_get(memory, sizeof(*conf))) == NULL)
		return NULL;
	table_fill(reader->file, base_settings, conf);
	conf->file = reader->file;
	return conf;
}

const struct conf *
conf_load(const char *path, FILE *err)
{
	struct reader reader = { .path = path, .err = err };

	if (memory == NULL)
		memory = arena_new(MEMORY_MAX, 0);
	reader.file = arena_get(memory, sizeof(*reader.file));
	if (reader.file == NULL) {
		conf_fault(&reader, STR("file"), "no memory is left for it");
		return NULL;
	}
	return file_load(&reader);
}

const void *
conf_part(const struct conf *conf, const struct setting *table, size_t size)
{
	struct conf_file *file = (struct conf_file *)(uintptr_t)conf->file;
	struct part *part;
	void *values;

	for (part = file->parts; part != NULL; part = part->next)
		if (part->table == table)
			return part->values;
	part = arena_get(memory, sizeof(*part));
	values = arena_get(memory, size);
	if (part == NULL || values == NULL)
		abort();
	table_fill(file, table, values);
	*part = (struct part){ table, values, file->parts };
	file->parts = part;
	return values;
}

const char *
conf_value(const struct conf *conf, const char *name)
{
	return text_of(conf->file, name);
}

static const char *
credentials_directory(void)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY");

	return dir != NULL && dir[0] == '/' ? dir : NULL;
}

const char *
conf_credential_path(struct ctx *ctx, const char *name)
{
	const char *dir = credentials_directory();
	const char *path;

	if (dir == NULL || strchr(name, '/') != NULL || name[0] == '.')
		return NULL;
	path = text_printf(ctx->mem, "%s/%s", dir, name);
	if (path == NULL || faccessat(AT_FDCWD, path, F_OK,
	    AT_SYMLINK_NOFOLLOW) == -1)
		return NULL;
	return path;
}

static enum err
credential_bad(struct ctx *ctx, const char *name, const char *why)
{
	return fail(ctx, ERR_INTERNAL, "credential", "credential %s: %s", name,
	    why);
}

/*
 * open_credential - opens the name relative to the open directory, so that the
 * directory cannot be exchanged in between
 */
static int
open_credential(const char *name)
{
	const char *dir = credentials_directory();
	int dir_fd, fd;

	if (dir == NULL || strchr(name, '/') != NULL || name[0] == '.') {
		errno = ENOENT;
		return -1;
	}
	dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir_fd == -1)
		return -1;
	fd = open_regular(dir_fd, name, S_IRWXO);
	(void)close(dir_fd);
	return fd;
}

/*
 * credential_size - how much room it needs; a job reads many, and the room for
 * secrets is small
 */
static size_t
credential_size(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_size >= 0 &&
	    st.st_size < (off_t)CREDENTIAL_MAX ? (size_t)st.st_size :
	    CREDENTIAL_MAX;
}

enum err
conf_credential(struct ctx *ctx, const char *name, const char **text)
{
	char *secret;
	size_t size;
	ssize_t n = -1;
	int fd;

	fd = open_credential(name);
	if (fd == -1)
		return credential_bad(ctx, name, open_reason());
	size = credential_size(fd);
	if ((secret = arena_get(ctx->secrets, size + 1)) != NULL)
		n = read_whole(fd, secret, size);
	(void)close(fd);
	if (secret == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no room for secrets");
	if (n == -1)
		return credential_bad(ctx, name, open_reason());
	if (n > 0 && secret[n - 1] == '\n')
		n--;
	secret[n] = '\0';
	if (n == 0 || strlen(secret) != (size_t)n)
		return credential_bad(ctx, name, "is empty or holds a NUL");
	*text = secret;
	return ERR_OK;
}
