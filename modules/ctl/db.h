/* SPDX-License-Identifier: Apache-2.0 */
/* Internals of cameleerctl: the files of migrations, and which are applied. */
#ifndef CAMELEER_CTL_DB_H
#define CAMELEER_CTL_DB_H

#include <stddef.h>
#include <stdint.h>

#include "libshared/base/ctx.h"
#include "libshared/doors/crypto.h"

#define MIGRATIONS_MAX	1000

struct ctl;

struct migration {
	int64_t		 version;
	const char	*name;		/* "schema" of 0001_schema.sql */
	const char	*text;
	char		 sha256[SHA256_HEX_MAX];
};

/*
 * The files NNNN_name.sql of a directory, in order, from 1, without gap or
 * duplicate; ERR_INVALID says which file is wrong.
 */
enum err migrations_read(struct ctx *ctx, const char *dir,
    struct migration **list, size_t *n) must_check;

/*
 * The number of migrations that are not applied; ERR_CONFLICT when an applied
 * one was changed.
 */
enum err db_pending(struct ctl *ctl, size_t *pending) must_check;

#endif
