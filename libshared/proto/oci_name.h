/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of an OCI registry: digests, repositories, tags, references, by the
 * grammar of distribution-spec 1.1.
 */
#ifndef CAMELEER_OCI_NAME_H
#define CAMELEER_OCI_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "libshared/base/ctx.h"

#define OCI_DIGEST_MAX		72	/* "sha256:", 64 digits, NUL */
#define OCI_TAG_MAX		128
#define OCI_REPOSITORY_MAX	255

bool oci_digest_valid(const char *digest);	/* sha256:, 64 of [0-9a-f] */
bool oci_repository_valid(const char *repository);
bool oci_tag_valid(const char *tag);
void oci_digest_of(const void *data, size_t len, char digest[OCI_DIGEST_MAX]);
/* Splits repository@sha256:…; ERR_INVALID for any other form. */
enum err oci_reference(struct ctx *ctx, const char *reference,
    const char **repository, const char **digest) must_check;

#endif
