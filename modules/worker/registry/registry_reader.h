/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may pull: one login for each owner, the first name of a repository
 * (a tenant, or "platform").  Its password is derived from the credential
 * registry.key and shown to the engine for each pull; its hash is in a file
 * of registry_readers, named like the owner, where nginx looks it up
 * (docs/decisions/0010-registry-readers.md).
 */
#ifndef CAMELEER_REGISTRY_READER_H
#define CAMELEER_REGISTRY_READER_H

#include "libshared/base/ctx.h"
#include "modules/worker/runtime_types.h"

/*
 * Login for an image, host/owner/…@sha256:…; its file is in the directory
 * afterwards.  *login is NULL when there is no directory (NULL or empty): then
 * the registry asks nobody.
 */
enum err registry_reader(struct ctx *ctx, const char *directory,
    const char *image, const struct runtime_login **login) must_check;
/* Removes the owner's file: nobody can pull their images any more. */
enum err registry_reader_forget(struct ctx *ctx, const char *directory,
    const char *owner) must_check;

#endif
