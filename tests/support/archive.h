/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Builds archives for tests, and opens those of tests/fuzz/corpus/zip. Archives
 * that are too large to be committed are built here.
 */
#ifndef CAMELEER_TESTS_ARCHIVE_H
#define CAMELEER_TESTS_ARCHIVE_H

#include <stddef.h>
#include <stdint.h>

struct archive;

struct archive *archive_new(void);
/* Adds a stored entry. */
void archive_add(struct archive *archive, const char *name, const void *data,
    size_t len);
/* Adds a deflated entry, in blocks of the stored type. */
void archive_add_deflated(struct archive *archive, const char *name,
    const void *data, size_t len);
void archive_add_text(struct archive *archive, const char *name,
    const char *text);
/* Ends the archive; returns it as a file in memory, which the caller closes. */
int archive_done(struct archive **archive, int64_t *size);

/* Returns a Camel Main application, to which a test adds its entry. */
struct archive *archive_camel(void);

/* Returns a file in memory with these bytes. */
int archive_file(const void *data, size_t len);
/* Returns the whole file tests/fuzz/corpus/zip/NAME; free(3) it. */
uint8_t *archive_load(const char *name, size_t *len);
/* Opens tests/fuzz/corpus/zip/NAME as a file in memory. */
int archive_open(const char *name, int64_t *size);
/* Calls each for all names with this prefix; returns how many. */
size_t archive_each(const char *prefix,
    void (*each)(void *arg, const char *name), void *arg);

#endif
