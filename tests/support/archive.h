/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Archives for tests: those of tests/fuzz/corpus/zip, and ones built here
 * because they are too large to be committed.
 */
#ifndef CAMELEER_TESTS_ARCHIVE_H
#define CAMELEER_TESTS_ARCHIVE_H

#include <stddef.h>
#include <stdint.h>

struct archive;

struct archive *archive_new(void);
/* Stored as it is. */
void archive_add(struct archive *archive, const char *name, const void *data,
    size_t len);
/* Deflated, in blocks that say as they are. */
void archive_add_deflated(struct archive *archive, const char *name,
    const void *data, size_t len);
void archive_add_text(struct archive *archive, const char *name,
    const char *text);
/* The end of it: a file in memory, to be closed by the caller. */
int archive_done(struct archive **archive, int64_t *size);

/* A Camel Main application, to which a test adds what it is about. */
struct archive *archive_camel(void);

/* A file in memory with these bytes. */
int archive_file(const void *data, size_t len);
/* The whole file tests/fuzz/corpus/zip/NAME; free(3) it. */
uint8_t *archive_load(const char *name, size_t *len);
/* The same as a file in memory. */
int archive_open(const char *name, int64_t *size);
/* The names of all of them that begin so; returns how many. */
size_t archive_each(const char *prefix,
    void (*each)(void *arg, const char *name), void *arg);

#endif
