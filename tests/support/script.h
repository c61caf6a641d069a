/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A peer that knows its part: each request, in order, and what to answer.  A
 * request out of turn, or a turn that never comes, fails the test.
 */
#ifndef CAMELEER_TESTS_SCRIPT_H
#define CAMELEER_TESTS_SCRIPT_H

#include <stddef.h>

#include "tests/support/loopback.h"

struct script_step {
	const char	*request;	/* "GET /v2/" and a blank, or less */
	const char	*wants;		/* also somewhere in it; or NULL */
	int		 status;
	const char	*headers;	/* lines with CRLF; or NULL */
	const char	*body;		/* or NULL */
	size_t		 len;		/* of body; 0: it is a text */
};

/* path NULL: on 127.0.0.1.  steps must live until the end. */
struct loopback *script_begin(const char *path,
    const struct script_step *steps, size_t n);
/* Fails the test when not everything came as written. */
void script_end(struct loopback **peer);

#endif
