/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 of the content of a gzip file.
 */
#ifndef CAMELEER_GUNZIP_H
#define CAMELEER_GUNZIP_H

#include "libshared/base/ctx.h"
#include "modules/worker/tar.h"

#define GUNZIP_SIZE_MAX	(INT64_C(4) << 30)

/* Reads fd from its beginning; ERR_INVALID unless it is complete gzip. */
enum err gunzip_digest(struct ctx *ctx, int fd, char digest[OCI_DIGEST_MAX])
    must_check;

#endif
