/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the inspector's child answers over its pipe.
 */
#ifndef CAMELEER_INSPECT_PRIVATE_H
#define CAMELEER_INSPECT_PRIVATE_H

#include "modules/apps/inspect/inspect.h"

#define INSPECT_CODE_MAX	32
#define INSPECT_DETAIL_MAX	512

struct inspect_answer {
	enum err		 err;
	char			 code[INSPECT_CODE_MAX];
	char			 detail[INSPECT_DETAIL_MAX];
	struct jar_facts	 facts;
};

/* ERR_INTERNAL for what no honest child would say. */
enum err inspect_answer_take(struct ctx *ctx,
    const struct inspect_answer *answer, const char *known,
    struct jar_facts *facts) must_check;

#endif
