/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two JSON documents of an image (OCI image-spec 1.1); the same image
 * always gives the same bytes.
 */
#ifndef CAMELEER_OCI_CONFIG_H
#define CAMELEER_OCI_CONFIG_H

#include "modules/worker/image/oci_build.h"

enum err config_text(const struct build *b, const struct build_config *config,
    const char **text, size_t *len) must_check;
/* Fills body, len and digest. */
enum err manifest_text(const struct build *b, const char *config_digest,
    size_t config_len, struct registry_manifest *manifest) must_check;

#endif
