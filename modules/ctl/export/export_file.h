/* SPDX-License-Identifier: Apache-2.0 */
/* Files of an export, in a directory that did not hold anything. */
#ifndef CAMELEER_CTL_EXPORT_FILE_H
#define CAMELEER_CTL_EXPORT_FILE_H

#include "libshared/base/ctx.h"

struct export_file { const char *path, *content; };

/* Letters, digits, '-', '.' in names; no name begins with '.'. */
bool export_path_valid(const char *path) must_check;
/*
 * Makes the directory, when there is none, and returns it open; ERR_CONFLICT
 * when something is in it.
 */
enum err export_begin(struct ctx *ctx, const char *dir, int *top) must_check;
/* Writes one file and the directories of its path; nothing is replaced. */
enum err export_write(struct ctx *ctx, int top, const struct export_file *file)
    must_check;

#endif
