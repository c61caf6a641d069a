/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/support/archive.h"

struct bytes {
	uint8_t	*p;
	size_t	 len, cap;
};

struct archive {
	struct bytes	 out, central;
	unsigned	 count;
};

static void
need(int condition, const char *what)
{
	if (condition)
		return;
	perror(what);
	abort();
}

static void
put(struct bytes *b, const void *data, size_t len)
{
	if (b->cap - b->len < len) {
		b->cap = (b->cap + len) * 2;
		b->p = realloc(b->p, b->cap);
		need(b->p != NULL, "realloc");
	}
	if (len > 0)
		memcpy(b->p + b->len, data, len);
	b->len += len;
}

static void
put_number(struct bytes *b, uint64_t value, unsigned len)
{
	uint8_t byte;

	while (len-- > 0) {
		byte = (uint8_t)value;
		put(b, &byte, 1);
		value >>= 8;
	}
}

/* checksum - computes CRC-32 bit by bit, unlike the code under test */
static uint32_t
checksum(const uint8_t *p, size_t len)
{
	uint32_t crc = 0xffffffffu, table[256], c;
	unsigned i, bit;

	for (i = 0; i < 256; i++) {
		for (c = i, bit = 0; bit < 8; bit++)
			c = c & 1 ? c >> 1 ^ 0xedb88320u : c >> 1;
		table[i] = c;
	}
	while (len-- > 0)
		crc = crc >> 8 ^ table[(crc ^ *p++) & 255];
	return ~crc;
}

struct archive *
archive_new(void)
{
	struct archive *archive = calloc(1, sizeof(*archive));

	need(archive != NULL, "calloc");
	return archive;
}

struct entry {
	const char	*name;
	unsigned	 method;
	uint32_t	 crc;
	size_t		 packed, size;
};

/* put_common - writes the fields that both kinds of header share */
static void
put_common(struct bytes *b, const struct entry *entry)
{
	put_number(b, 20, 2);			/* version needed */
	put_number(b, 0x800, 2);
	put_number(b, entry->method, 2);
	put_number(b, 0x5c210000, 4);		/* 2026-01-01 */
	put_number(b, entry->crc, 4);
	put_number(b, entry->packed, 4);
	put_number(b, entry->size, 4);
	put_number(b, strlen(entry->name), 2);
	put_number(b, 0, 2);
}

static void
put_entry(struct archive *archive, const struct entry *entry,
    const void *packed)
{
	struct bytes *central = &archive->central, *out = &archive->out;
	size_t at = out->len;

	put_number(out, 0x04034b50, 4);
	put_common(out, entry);
	put(out, entry->name, strlen(entry->name));
	put(out, packed, entry->packed);
	put_number(central, 0x02014b50, 4);
	put_number(central, 20, 2);
	put_common(central, entry);
	put_number(central, 0, 10);		/* comment, disk, attributes */
	put_number(central, at, 4);
	put(central, entry->name, strlen(entry->name));
	archive->count++;
}

void
archive_add(struct archive *archive, const char *name, const void *data,
    size_t len)
{
	const struct entry entry = { .name = name, .packed = len,
	    .size = len, .crc = checksum(data, len) };

	put_entry(archive, &entry, data);
}

void
archive_add_deflated(struct archive *archive, const char *name,
    const void *data, size_t len)
{
	struct entry entry = { .name = name, .method = 8, .size = len,
	    .crc = checksum(data, len) };
	struct bytes packed = { .p = NULL };
	const uint8_t *p = data;
	size_t n;

	do {				/* RFC 1951, 3.2.4 */
		n = len < 0xffff ? len : 0xffff;
		put_number(&packed, n == len, 1);
		put_number(&packed, n, 2);
		put_number(&packed, ~n, 2);
		put(&packed, p, n);
		p += n;
		len -= n;
	} while (len > 0);
	entry.packed = packed.len;
	put_entry(archive, &entry, packed.p);
	free(packed.p);
}

void
archive_add_text(struct archive *archive, const char *name, const char *text)
{
	archive_add(archive, name, text, strlen(text));
}

int
archive_done(struct archive **archive, int64_t *size)
{
	struct bytes *out = &(*archive)->out, *central = &(*archive)->central;
	size_t at = out->len;
	int fd;

	put(out, central->p, central->len);
	put_number(out, 0x06054b50, 4);
	put_number(out, 0, 4);
	put_number(out, (*archive)->count, 2);
	put_number(out, (*archive)->count, 2);
	put_number(out, central->len, 4);
	put_number(out, at, 4);
	put_number(out, 0, 2);
	*size = (int64_t)out->len;
	fd = archive_file(out->p, out->len);
	free(out->p);
	free(central->p);
	free(*archive);
	*archive = NULL;
	return fd;
}

struct archive *
archive_camel(void)
{
	static const uint8_t class[] = { 0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 61 };
	struct archive *archive = archive_new();

	archive_add_text(archive, "META-INF/MANIFEST.MF",
	    "Manifest-Version: 1.0\nMain-Class: demo.App\n\n");
	archive_add(archive, "demo/App.class", class, sizeof(class));
	archive_add(archive, "org/apache/camel/CamelContext.class", class,
	    sizeof(class));
	archive_add(archive, "org/apache/camel/main/Main.class", class,
	    sizeof(class));
	return archive;
}

int
archive_file(const void *data, size_t len)
{
	int fd = memfd_create("archive", MFD_CLOEXEC);
	const uint8_t *p = data;
	ssize_t n;

	need(fd >= 0, "memfd_create");
	while (len > 0) {
		n = write(fd, p, len);
		need(n > 0, "write");
		p += n;
		len -= (size_t)n;
	}
	return fd;
}

static void
corpus_path(char path[PATH_MAX], const char *name)
{
	const char *source = getenv("CAMELEER_SOURCE");

	(void)snprintf(path, PATH_MAX, "%s/tests/fuzz/corpus/zip/%s",
	    source == NULL ? "." : source, name);
}

uint8_t *
archive_load(const char *name, size_t *len)
{
	char path[PATH_MAX];
	uint8_t *data;
	FILE *file;
	long end;

	corpus_path(path, name);
	file = fopen(path, "rb");
	need(file != NULL && fseek(file, 0, SEEK_END) == 0, path);
	end = ftell(file);
	need(end >= 0, path);
	rewind(file);
	data = malloc((size_t)end + 1);
	need(data != NULL, "malloc");
	*len = fread(data, 1, (size_t)end, file);
	need(*len == (size_t)end, path);
	(void)fclose(file);
	return data;
}

int
archive_open(const char *name, int64_t *size)
{
	size_t len;
	uint8_t *data = archive_load(name, &len);
	int fd = archive_file(data, len);

	free(data);
	*size = (int64_t)len;
	return fd;
}

size_t
archive_each(const char *prefix, void (*each)(void *arg, const char *name),
    void *arg)
{
	char path[PATH_MAX];
	struct dirent *entry;
	size_t n = 0;
	DIR *dir;

	corpus_path(path, "");
	dir = opendir(path);
	need(dir != NULL, path);
	while ((entry = readdir(dir)) != NULL) {
		if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0 ||
		    entry->d_name[0] == '.')
			continue;
		each(arg, entry->d_name);
		n++;
	}
	(void)closedir(dir);
	return n;
}
