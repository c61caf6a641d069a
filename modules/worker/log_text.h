/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of a line in a log: output of tenants, made safe to show.
 */
#ifndef CAMELEER_LOG_TEXT_H
#define CAMELEER_LOG_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/err.h"

/*
 * Cleans the line in place and returns its new length.  Drops what a terminal
 * would not show: escape sequences (ECMA-48: colours, titles) and what a
 * carriage return overwrites.  Other control characters, invalid UTF-8 and the
 * characters that reorder text (Unicode bidirectional controls) become a
 * question mark.
 */
size_t log_text_clean(char *text, size_t len);
/*
 * "trace", "debug", "info", "warn", "error" or "fatal": the first level named
 * at the beginning of the line, as the usual Java loggers print it; else NULL.
 */
const char *log_text_level(const char *text, size_t len);
/* Parses RFC 3339 with zone and fraction.  *used: its length. */
bool log_time(const char *text, size_t len, int64_t *second, size_t *used)
    must_check;

#endif
