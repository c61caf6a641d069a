/* SPDX-License-Identifier: Apache-2.0 */
/* Removes all images of a tenant: those of removed applications as well. */
#ifndef CAMELEER_REGISTRY_REMOVE_H
#define CAMELEER_REGISTRY_REMOVE_H

#include <stddef.h>
#include <stdint.h>

#include "modules/worker/registry/registry.h"

struct registry_removed { size_t images; int64_t bytes; };

/*
 * Deletes each manifest with a tag in the repositories below slug/, and before
 * it the blobs that it names, from its repository.  The registry frees their
 * space at its next garbage collection.  May be repeated after a crash at any
 * point; *removed counts what this call found.
 */
enum err registry_tenant_remove(struct ctx *ctx,
    const struct registry *registry, const char *slug,
    struct registry_removed *removed) must_check;

#endif
