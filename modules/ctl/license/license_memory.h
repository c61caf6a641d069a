/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Internals of cameleerctl: what `license verify` remembers from one run to the
 * next, so that neither a clock nor a list goes back (T26).
 */
#ifndef CAMELEER_CTL_LICENSE_MEMORY_H
#define CAMELEER_CTL_LICENSE_MEMORY_H

#include <stdint.h>

#include "libshared/base/ctx.h"

struct license_memory {
	int64_t	highest_time;	/* seconds, UTC; 0: none */
	int64_t	serial;		/* of the newest list; 0: none */
};

/* A file that does not exist is the beginning; a broken one is an error. */
enum err license_memory_load(struct ctx *ctx, const char *path,
    struct license_memory *state) must_check;
/* Replaces the file as a whole, or not at all; mode 0600. */
enum err license_memory_store(struct ctx *ctx, const char *path,
    const struct license_memory *state) must_check;

/* license_verify.c: the command itself; its exit code. */
struct ctl;
int license_verify(struct ctl *ctl);

#endif
