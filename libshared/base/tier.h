/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tier matrix: what each plan includes, in words for people.
 *
 * The rows come from tier.list, as those of the database do.  What one tenant
 * has is up to the database, since its contract may say otherwise (plan_of()).
 */
#ifndef CAMELEER_TIER_H
#define CAMELEER_TIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

#define TIERS		4

/* Who decides on a row: the plan alone, or the plan and the contract. */
enum tier_part { TIER_FACT, TIER_LIMIT, TIER_FEATURE };
enum tier_kind {
	TIER_WORD, TIER_BOOL, TIER_COUNT, TIER_DAYS, TIER_BYTES, TIER_MILLI,
	TIER_LIST,
};

struct tier { const char *name, *title, *about; };

struct tier_word { const char *word, *title; };

/* A value is a text as the database writes it; NULL means unlimited. */
struct tier_row {
	const char		*key;
	enum tier_part		 part;
	enum tier_kind		 kind;
	int64_t			 most;		/* of a contract */
	const char		*title, *about;
	const char		*values[TIERS];
	const struct tier_word	*words;		/* the least first */
};

const struct tier *tier_list(void);		/* TIERS of them, least first */
const struct tier *tier_of(const char *name);	/* NULL: there is none */
const struct tier_row *tier_rows(size_t *n);
const struct tier_row *tier_row_of(const char *key);	/* NULL: no such row */

/*
 * Does this value of a feature open what needs `needs`?  NULL needs: anything
 * but "false" and NULL; else that word, or a later one.
 */
bool tier_opens(const struct tier_row *row, const char *value,
    const char *needs);
/* The least tier whose value opens it, or NULL. */
const struct tier *tier_least(const struct tier_row *row, const char *needs);

/* The value in words: "7 days", "Unlimited", "Yes". */
const char *tier_say(struct arena *mem, const struct tier_row *row,
    const char *value);
/*
 * Reads what an operator writes: yes, no, a word, a number, or `unlimited`
 * where some tier has no limit.  Returns NULL and the value as JSON, or why it
 * is refused.
 */
const char *tier_read(struct arena *mem, const struct tier_row *row,
    const char *text, const char **json);

#endif
