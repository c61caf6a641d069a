/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The child's side of sandbox.c.
 */
#ifndef CAMELEER_SANDBOX_CHILD_H
#define CAMELEER_SANDBOX_CHILD_H

#include <stdint.h>

#include "modules/apps/inspect/sandbox.h"

#define SANDBOX_EXIT_NONE	100	/* could not shut itself in */

struct sandbox_answer {
	uint8_t	*to;
	size_t	 max, len;
};

/* Shuts itself in, runs, writes the answer to out, exits. */
void sandbox_child(const struct sandbox *box, int out, size_t max)
    __attribute__((noreturn));

#endif
