/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of words: a JSON array outside, a PostgreSQL array in the struct.
 *
 * Words have no character that either of them would quote, so both spell a word
 * in the same way.
 */
#include "config.h"

#include <string.h>

#include "libshared/doors/field.h"
#include "libshared/doors/json.h"

static enum err
list_refuse(struct ctx *ctx, const struct field *field, const char *why)
{
	fail_field(ctx, field->name, "%s", why);
	return ERR_BAD_INPUT;
}

static bool
is_word(struct str s)
{
	size_t i;

	if (s.p == NULL || s.len < 1 || s.len > LIST_WORD_MAX ||
	    str_is(s, "null") || !((s.p[0] >= 'a' && s.p[0] <= 'z') ||
	    s.p[0] == '*'))
		return false;
	for (i = 1; i < s.len; i++)
		if (s.p[i] == '\0' || strchr("abcdefghijklmnopqrstuvwxyz"
		    "0123456789.@:-", s.p[i]) == NULL)
			return false;
	return true;
}

enum err
list_decode(struct ctx *ctx, const struct field *field,
    const struct json *value, const char **out)
{
	size_t i, n = json_count(value);
	struct buf list;
	struct str word;

	if (!json_is_array(value))
		return list_refuse(ctx, field, "must be an array");
	if (n > INT64_MAX || (int64_t)n < field->min ||
	    (int64_t)n > field->max) {
		fail_field(ctx, field->name, "must have %lld to %lld items",
		    (long long)field->min, (long long)field->max);
		return ERR_BAD_INPUT;
	}
	buf_init(&list, ctx->mem, n * (LIST_WORD_MAX + 1) + 2);
	buf_text(&list, "{");
	for (i = 0; i < n; i++) {
		word.p = json_text(json_at(value, i), &word.len);
		if (!is_word(word))
			return list_refuse(ctx, field,
			    "must be words: lower-case "
			    "letters, digits, '.', '@', ':' and '-'");
		buf_text(&list, i == 0 ? "" : ",");
		buf_put(&list, word.p, word.len);
	}
	buf_text(&list, "}");
	if (list.full)
		return fail(ctx, ERR_TOO_LARGE, NULL, "%s does not fit",
		    field->name);
	*out = list.p;
	return ERR_OK;
}

struct str
list_words(const char *list)
{
	struct str words = str_of(list);

	if (words.len < 2 || words.p[0] != '{' ||
	    words.p[words.len - 1] != '}')
		return (struct str){ "", 0 };
	return (struct str){ words.p + 1, words.len - 2 };
}

enum err
list_encode(struct ctx *ctx, const char *list, struct json **array)
{
	struct str rest = list_words(list), word;
	struct json *made = json_array(ctx);
	char text[LIST_WORD_MAX + 1];

	if (list[0] != '{')
		return fail(ctx, ERR_INTERNAL, NULL, "no list of words");
	while (rest.len > 0) {
		word = str_cut(&rest, ',');
		if (!is_word(word))
			return fail(ctx, ERR_INTERNAL, NULL,
			    "no list of words");
		memcpy(text, word.p, word.len);
		text[word.len] = '\0';
		json_add_text(made, text);
	}
	*array = made;
	return ERR_OK;
}
