/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One strict pass over a JSON text: RFC 8259 and our own limits.
 *
 * Nothing is built and nothing is allocated: the keys of open objects are
 * remembered by hash and offset, and read again from the text when two hashes
 * are equal.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/json.h"

#define KEYS_OPEN_MAX	((size_t)JSON_DEPTH_MAX * JSON_KEYS_MAX)
#define END_OF_STRING	UINT32_MAX

struct key_seen { uint32_t hash, at; };

struct lexer {
	const char	*text;
	size_t		 len, at;
	const char	*why;		/* the first reason */
	unsigned	 depth;
	uint32_t	 seed;
	size_t		 nkeys;		/* of all objects that are open */
	struct key_seen	 keys[KEYS_OPEN_MAX];
};

static bool value_check(struct lexer *lexer);

static bool
syntax_error(struct lexer *lexer, const char *why)
{
	if (lexer->why == NULL)
		lexer->why = why;
	return false;
}

/*
 * peek_byte - returns the next byte, or NUL at the end; no token accepts a NUL
 * in the text
 */
static char
peek_byte(const struct lexer *lexer)
{
	return lexer->at < lexer->len ? lexer->text[lexer->at] : '\0';
}

static bool
take_byte(struct lexer *lexer, char c)
{
	if (lexer->at >= lexer->len || lexer->text[lexer->at] != c)
		return false;
	lexer->at++;
	return true;
}

static void
skip_blanks(struct lexer *lexer)
{
	char c = peek_byte(lexer);

	while (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
		lexer->at++;
		c = peek_byte(lexer);
	}
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* unit_check - reads four hexadecimal digits */
static bool
unit_check(struct lexer *lexer, uint32_t *unit)
{
	uint32_t value = 0;
	int i, digit;

	for (i = 0; i < 4; i++) {
		digit = hex_digit(peek_byte(lexer));
		if (digit < 0)
			return syntax_error(lexer, "\\u needs four hex digits");
		value = value << 4 | (uint32_t)digit;
		lexer->at++;
	}
	*unit = value;
	return true;
}

/*
 * unicode_check - reads what follows \u: one unit, or a pair of surrogates (RFC
 * 8259 section 7)
 */
static bool
unicode_check(struct lexer *lexer, uint32_t *point)
{
	uint32_t high, low;

	if (!unit_check(lexer, &high))
		return false;
	if (high == 0)
		return syntax_error(lexer, "NUL in a string");
	if (high < 0xd800 || high > 0xdfff) {
		*point = high;
		return true;
	}
	if (high > 0xdbff || !take_byte(lexer, '\\') || !take_byte(lexer, 'u'))
		return syntax_error(lexer, "lone surrogate");
	if (!unit_check(lexer, &low))
		return false;
	if (low < 0xdc00 || low > 0xdfff)
		return syntax_error(lexer, "lone surrogate");
	*point = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
	return true;
}

/* escape_check - reads what follows a backslash */
static bool
escape_check(struct lexer *lexer, uint32_t *point)
{
	static const char names[] = "\"\\/bfnrt";
	static const char means[] = "\"\\/\b\f\n\r\t";
	const char *at;
	char c = peek_byte(lexer);

	at = c == '\0' ? NULL : strchr(names, c);
	if (at != NULL) {
		lexer->at++;
		*point = (uint32_t)means[at - names];
		return true;
	}
	if (!take_byte(lexer, 'u'))
		return syntax_error(lexer, "unknown escape");
	return unicode_check(lexer, point);
}

/*
 * take_character - reads one character of a string, unescaped; END_OF_STRING
 * after its closing quote
 */
static bool
take_character(struct lexer *lexer, uint32_t *point)
{
	struct str rest;
	size_t n;

	if (lexer->at >= lexer->len)
		return syntax_error(lexer, "unfinished string");
	if (take_byte(lexer, '"')) {
		*point = END_OF_STRING;
		return true;
	}
	if (take_byte(lexer, '\\'))
		return escape_check(lexer, point);
	if ((unsigned char)peek_byte(lexer) < 0x20)
		return syntax_error(lexer, "control character in a string");
	rest.p = lexer->text + lexer->at;
	rest.len = lexer->len - lexer->at;
	n = str_utf8_next(rest, point);
	if (n == 0)
		return syntax_error(lexer, "malformed UTF-8");
	lexer->at += n;
	return true;
}

/*
 * string_check - begins at the opening quote; *hash is FNV-1a over the
 * unescaped characters
 */
static bool
string_check(struct lexer *lexer, uint32_t *hash)
{
	uint32_t point = 0;

	if (!take_byte(lexer, '"'))
		return syntax_error(lexer, "a string is expected");
	*hash = lexer->seed;
	while (take_character(lexer, &point)) {
		if (point == END_OF_STRING)
			return true;
		*hash = (*hash ^ point) * UINT32_C(16777619);
	}
	return false;
}

/*
 * same_key - compares two strings that were checked; both offsets are behind
 * the opening quote
 */
static bool
same_key(struct lexer *lexer, size_t one, size_t other)
{
	size_t saved = lexer->at;
	uint32_t a = 0, b = 0;
	bool good = true;

	while (good && a == b && a != END_OF_STRING) {
		lexer->at = one;
		good = take_character(lexer, &a);
		one = lexer->at;
		lexer->at = other;
		good = take_character(lexer, &b) && good;
		other = lexer->at;
	}
	lexer->at = saved;
	return good && a == b;
}

/*
 * key_check - reads a key that this object does not have yet; first is the
 * index of the object's first key
 */
static bool
key_check(struct lexer *lexer, size_t first)
{
	size_t begin = lexer->at, i;
	uint32_t hash;

	if (!string_check(lexer, &hash))
		return false;
	for (i = first; i < lexer->nkeys; i++) {
		if (lexer->keys[i].hash != hash ||
		    !same_key(lexer, lexer->keys[i].at, begin + 1))
			continue;
		lexer->at = begin;
		return syntax_error(lexer, "duplicate key");
	}
	if (lexer->nkeys - first == JSON_KEYS_MAX)
		return syntax_error(lexer, "too many keys in one object");
	lexer->keys[lexer->nkeys].hash = hash;
	lexer->keys[lexer->nkeys].at = (uint32_t)begin + 1;
	lexer->nkeys++;
	return true;
}

/* NOLINTBEGIN(misc-no-recursion): DEPTH bounds it */
static bool
member_check(struct lexer *lexer, size_t first)
{
	skip_blanks(lexer);
	if (!key_check(lexer, first))
		return false;
	skip_blanks(lexer);
	if (!take_byte(lexer, ':'))
		return syntax_error(lexer, "a colon is expected");
	return value_check(lexer);
}

static bool
object_check(struct lexer *lexer)
{
	size_t first = lexer->nkeys;

	skip_blanks(lexer);
	if (take_byte(lexer, '}'))
		return true;
	do {
		if (!member_check(lexer, first))
			return false;
		skip_blanks(lexer);
	} while (take_byte(lexer, ','));
	lexer->nkeys = first;
	return take_byte(lexer, '}') ||
	    syntax_error(lexer, "a comma or a closing brace is expected");
}

static bool
array_check(struct lexer *lexer)
{
	skip_blanks(lexer);
	if (take_byte(lexer, ']'))
		return true;
	do {
		if (!value_check(lexer))
			return false;
		skip_blanks(lexer);
	} while (take_byte(lexer, ','));
	return take_byte(lexer, ']') ||
	    syntax_error(lexer, "a comma or a closing bracket is expected");
}

static bool
take_digits(struct lexer *lexer)
{
	size_t begin = lexer->at;

	while (peek_byte(lexer) >= '0' && peek_byte(lexer) <= '9')
		lexer->at++;
	return lexer->at > begin || syntax_error(lexer, "a digit is expected");
}

static bool
take_fraction(struct lexer *lexer)
{
	if (take_byte(lexer, '.') && !take_digits(lexer))
		return false;
	if (!take_byte(lexer, 'e') && !take_byte(lexer, 'E'))
		return true;
	if (!take_byte(lexer, '+'))
		(void)take_byte(lexer, '-');
	return take_digits(lexer);
}

static bool
number_check(struct lexer *lexer)
{
	struct str whole = { lexer->text + lexer->at, 0 };
	size_t begin = lexer->at;
	int64_t number;
	char c;

	(void)take_byte(lexer, '-');
	if (take_byte(lexer, '0')) {
		if (peek_byte(lexer) >= '0' && peek_byte(lexer) <= '9')
			return syntax_error(lexer, "a number begins with 0");
	} else if (!take_digits(lexer))
		return false;
	c = peek_byte(lexer);
	if (c == '.' || c == 'e' || c == 'E')
		return take_fraction(lexer);
	whole.len = lexer->at - begin;
	if (!str_is(whole, "-0") &&
	    !str_int(whole, INT64_MIN, INT64_MAX, &number)) {
		lexer->at = begin;
		return syntax_error(lexer, "an integer beyond 64 bits");
	}
	return true;
}

static bool
word_check(struct lexer *lexer, const char *word)
{
	struct str rest;

	rest.p = lexer->text + lexer->at;
	rest.len = lexer->len - lexer->at;
	if (!str_starts(rest, word))
		return syntax_error(lexer, "a value is expected");
	lexer->at += strlen(word);
	return true;
}

static bool
nested_check(struct lexer *lexer, char open)
{
	bool good;

	if (lexer->depth == JSON_DEPTH_MAX)
		return syntax_error(lexer, "nested too deeply");
	lexer->depth++;
	lexer->at++;
	good = open == '{' ? object_check(lexer) : array_check(lexer);
	lexer->depth--;
	return good;
}

static bool
value_check(struct lexer *lexer)
{
	uint32_t hash;
	char c;

	skip_blanks(lexer);
	c = peek_byte(lexer);
	if (c == '{' || c == '[')
		return nested_check(lexer, c);
	if (c == '"')
		return string_check(lexer, &hash);
	if (c == '-' || (c >= '0' && c <= '9'))
		return number_check(lexer);
	if (c == 't')
		return word_check(lexer, "true");
	if (c == 'f')
		return word_check(lexer, "false");
	return word_check(lexer, "null");
}

/* NOLINTEND(misc-no-recursion) */

const char *
json_check(const char *text, size_t len, size_t *at)
{
	struct lexer lexer;

	*at = 0;
	if (len > JSON_SIZE_MAX)
		return "too large";
	lexer.text = text;
	lexer.len = len;
	lexer.at = lexer.nkeys = 0;
	lexer.why = NULL;
	lexer.depth = 0;
	/*
	 * The seed is an address, which differs from run to run, so that nobody
	 * can prepare keys with colliding hashes.
	 */
	lexer.seed = (uint32_t)((uintptr_t)&lexer >> 4) ^ 2166136261u;
	if (value_check(&lexer)) {
		skip_blanks(&lexer);
		if (lexer.at == lexer.len)
			return NULL;
		(void)syntax_error(&lexer, "something follows the value");
	}
	*at = lexer.at;
	return lexer.why;
}
