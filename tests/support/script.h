/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A peer with a script: it expects requests in order and answers each. An
 * unexpected request, or a missing one, fails the test.
 */
#ifndef CAMELEER_TESTS_SCRIPT_H
#define CAMELEER_TESTS_SCRIPT_H

#include <stddef.h>

#include "tests/support/loopback.h"

struct script_step {
	const char	*request;	/* its beginning, as "GET /v2/ " */
	const char	*wants;		/* another part of it; or NULL */
	int		 status;
	const char	*headers;	/* lines with CRLF; or NULL */
	const char	*body;		/* or NULL */
	size_t		 len;		/* length of body; 0: a text */
};

/* path NULL: on 127.0.0.1.  steps must live until the end. */
struct loopback *script_begin(const char *path,
    const struct script_step *steps, size_t n);
/* Fails the test unless all requests came as scripted. */
void script_end(struct loopback **peer);

#endif
