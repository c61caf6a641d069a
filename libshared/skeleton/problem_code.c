/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The catalogue of public codes.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "libshared/base/str.h"
#include "libshared/skeleton/problem_code.h"

#include "libshared/skeleton/codes.list.h"	/* made from codes.list */

static int
code_compare(const void *key, const void *row)
{
	return strcmp(key, ((const struct problem_code *)row)->code);
}

const struct problem_code *
problem_code_find(const char *code)
{
	if (code == NULL)
		return NULL;
	return bsearch(code, problem_codes, nitems(problem_codes),
	    sizeof(problem_codes[0]), code_compare);
}

const struct problem_code *
problem_code_list(size_t *n)
{
	*n = nitems(problem_codes);
	return problem_codes;
}
