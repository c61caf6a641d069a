/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of cameleerctl: private halves in DIR/<process>/, which is what the
 * process finds as its credentials.  Nothing that is there is overwritten.
 */
#ifndef CAMELEER_CTL_KEYFILE_H
#define CAMELEER_CTL_KEYFILE_H

#include "libshared/base/ctx.h"
#include "libshared/proto/key.h"
#include "libshared/proto/token.h"

/* The keys of DIR/<holder>/signing.keys; none when there is no file. */
enum err keyfile_read(struct ctx *ctx, const char *dir, const char *holder,
    struct keyring *ring) must_check;
/* Adds a line, atomically; the file is 0400 and keeps its owner. */
enum err keyfile_add(struct ctx *ctx, const char *dir, const char *holder,
    const struct key *key) must_check;
/* A key that seals what one process alone reads: DIR/<holder>/<name>. */
struct sealing_key { const char *holder, *name; };
/* Made when it is missing: 32 random bytes. */
enum err keyfile_sealing(struct ctx *ctx, const char *dir,
    const struct sealing_key *which, bool *made) must_check;

#endif
