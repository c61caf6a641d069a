/* SPDX-License-Identifier: Apache-2.0 */
/* The gate of features: one refusal for everything that a plan lacks. */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/base/tier.h"
#include "libshared/plan/entitle.h"

/* word_title - returns what people read for a word of a row */
static const char *
word_title(const struct tier_row *row, const char *word)
{
	size_t i;

	for (i = 0; row->words[i].word != NULL; i++)
		if (strcmp(row->words[i].word, word) == 0)
			return row->words[i].title;
	return word;
}

/* tier_includes - would the plan alone open it? */
static bool
tier_includes(const struct tier_row *row, const struct entitlement *asked)
{
	const struct tier *tier = tier_of(asked->tier);

	return tier != NULL && tier_opens(row, row->values[tier - tier_list()],
	    asked->needs);
}

/* entitle_refuse - says what is missing, and which plan has it */
static enum err
entitle_refuse(struct ctx *ctx, const struct tier_row *row,
    const struct entitlement *asked)
{
	const struct tier *least = tier_least(row, asked->needs);
	const struct tier *tier = tier_of(asked->tier);
	const char *what = asked->needs == NULL ? row->title :
	    text_printf(ctx->mem, "%s: %s", row->title, word_title(row,
	    asked->needs));

	if (least == NULL || tier == NULL || what == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no tier has %s",
		    row->key);
	if (ctx->fault.err == ERR_OK)
		ctx->fault.lacks = (struct lacking){ row->key, least->name,
		    tier->name, asked->tenant };
	if (tier_includes(row, asked))
		return fail(ctx, ERR_FORBIDDEN, "not_entitled",
		    "the contract of the tenant excludes \"%s\": the operator "
		    "of the platform can change it", what);
	return fail(ctx, ERR_FORBIDDEN, "not_entitled",
	    "plan %s does not include \"%s\": plan %s does", tier->title,
	    what, least->title);
}

enum err
entitle_check(struct ctx *ctx, const struct entitlement *asked)
{
	const struct tier_row *row = tier_row_of(asked->feature);

	if (row == NULL || row->part != TIER_FEATURE)
		return fail(ctx, ERR_INTERNAL, NULL, "no feature is called %s",
		    asked->feature);
	return tier_opens(row, asked->value, asked->needs) ? ERR_OK :
	    entitle_refuse(ctx, row, asked);
}
