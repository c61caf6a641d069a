/* SPDX-License-Identifier: Apache-2.0 */
/* The tier matrix, made from tier.list, and its values in words. */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "libshared/base/str.h"
#include "libshared/base/tier.h"

static const struct tier_word no_words[] = { { NULL, NULL } };

#include "libshared/base/tier.list.h"	/* from tier.list */

const struct tier *
tier_list(void)
{
	return tiers;
}

const struct tier *
tier_of(const char *name)
{
	size_t i;

	for (i = 0; name != NULL && i < nitems(tiers); i++)
		if (strcmp(tiers[i].name, name) == 0)
			return &tiers[i];
	return NULL;
}

const struct tier_row *
tier_rows(size_t *n)
{
	*n = nitems(rows);
	return rows;
}

const struct tier_row *
tier_row_of(const char *key)
{
	size_t i;

	for (i = 0; key != NULL && i < nitems(rows); i++)
		if (strcmp(rows[i].key, key) == 0)
			return &rows[i];
	return NULL;
}

/* word_at - returns the place of a word, or -1 */
static int
word_at(const struct tier_row *row, const char *word)
{
	int i;

	for (i = 0; word != NULL && row->words[i].word != NULL; i++)
		if (strcmp(row->words[i].word, word) == 0)
			return i;
	return -1;
}

bool
tier_opens(const struct tier_row *row, const char *value, const char *needs)
{
	if (value == NULL || strcmp(value, "false") == 0)
		return false;
	if (row->kind == TIER_WORD)
		return word_at(row, value) >= (needs == NULL ? 0 :
		    word_at(row, needs));
	return strcmp(value, needs == NULL ? "true" : needs) == 0;
}

const struct tier *
tier_least(const struct tier_row *row, const char *needs)
{
	size_t i;

	for (i = 0; i < nitems(tiers); i++)
		if (tier_opens(row, row->values[i], needs))
			return &tiers[i];
	return NULL;
}

/* milli_say - writes thousandths of a percent without zeros at the end */
static const char *
milli_say(struct arena *mem, int64_t milli)
{
	int64_t rest = milli % 1000;
	int digits = 3;

	if (rest == 0)
		return text_printf(mem, "%" PRId64 " %%", milli / 1000);
	for (; rest % 10 == 0; rest /= 10)
		digits--;
	return text_printf(mem, "%" PRId64 ".%0*" PRId64 " %%", milli / 1000,
	    digits, rest);
}

static const char *
number_say(struct arena *mem, enum tier_kind kind, int64_t number)
{
	const int64_t mib = INT64_C(1) << 20;

	if (kind == TIER_MILLI)
		return milli_say(mem, number);
	if (kind == TIER_BYTES && number >= mib && number % mib == 0)
		return text_printf(mem, "%" PRId64 " MiB", number / mib);
	return text_printf(mem, "%" PRId64 "%s", number,
	    kind == TIER_BYTES ? " bytes" : kind != TIER_DAYS ? "" :
	    number == 1 ? " day" : " days");
}

/* list_say - turns "dev,prod" into "dev, prod" */
static const char *
list_say(struct arena *mem, const char *value)
{
	struct str rest = str_of(value), one;
	struct buf text;

	buf_init(&text, mem, 512);
	while (rest.len > 0) {
		one = str_cut(&rest, ',');
		buf_text(&text, text.len > 0 ? ", " : "");
		buf_put(&text, one.p, one.len);
	}
	return text.p;
}

const char *
tier_say(struct arena *mem, const struct tier_row *row, const char *value)
{
	int at = word_at(row, value == NULL ? "-" : value);
	int64_t number;

	if (at >= 0)
		return row->words[at].title;
	if (value == NULL)
		return "Unlimited";
	if (row->kind == TIER_BOOL)
		return strcmp(value, "true") == 0 ? "Yes" : "No";
	if (row->kind == TIER_LIST)
		return list_say(mem, value);
	if (str_int(str_of(value), 0, INT64_MAX, &number))
		return number_say(mem, row->kind, number);
	return value;
}

static bool
row_limitless(const struct tier_row *row)
{
	size_t i;

	for (i = 0; i < TIERS; i++)
		if (row->values[i] == NULL)
			return true;
	return false;
}

/* words_list - names the words of a row, for a refusal */
static const char *
words_list(struct arena *mem, const struct tier_row *row)
{
	struct buf text;
	size_t i;

	buf_init(&text, mem, 256);
	buf_text(&text, "must be one of");
	for (i = 0; row->words[i].word != NULL; i++)
		buf_printf(&text, "%s %s", i == 0 ? "" : ",",
		    row->words[i].word);
	return text.p;
}

static const char *
bool_read(const char *text, const char **json)
{
	bool yes = strcmp(text, "yes") == 0;

	if (!yes && strcmp(text, "no") != 0)
		return "must be yes or no";
	*json = yes ? "true" : "false";
	return NULL;
}

const char *
tier_read(struct arena *mem, const struct tier_row *row, const char *text,
    const char **json)
{
	bool limitless = row_limitless(row);
	int64_t number;

	if (row->part == TIER_FACT)
		return "is decided by the plan alone";
	if (row->kind == TIER_BOOL)
		return bool_read(text, json);
	if (row->kind == TIER_WORD) {
		if (word_at(row, text) < 0)
			return words_list(mem, row);
		*json = text_printf(mem, "\"%s\"", text);
		return NULL;
	}
	if (limitless && strcmp(text, "unlimited") == 0)
		*json = "null";
	else if (str_int(str_of(text), 0, row->most, &number))
		*json = text_printf(mem, "%" PRId64, number);
	else
		return text_printf(mem, "must be a number up to %" PRId64 "%s",
		    row->most, limitless ? ", or unlimited" : "");
	return NULL;
}
