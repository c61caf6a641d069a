/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The catalogue of public codes, made from codes.list: what each means and what
 * to do about it.  RFC 9457 3.1.1: each type has one title.
 */
#ifndef CAMELEER_PROBLEM_CODE_H
#define CAMELEER_PROBLEM_CODE_H

#include <stdbool.h>
#include <stddef.h>

struct problem_code {
	const char	*code;
	const char	*title;		/* one line, no full stop */
	const char	*action;	/* whole sentences */
	bool		 http;		/* a request can fail with it */
};

/* NULL when codes.list does not have it. */
const struct problem_code *problem_code_find(const char *code);
/* All of them, sorted by code. */
const struct problem_code *problem_code_list(size_t *n);

#endif
