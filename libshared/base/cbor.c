/* SPDX-License-Identifier: Apache-2.0 */
/* One strict pass over CBOR: RFC 8949 in its deterministic form. */
#include "config.h"

#include <string.h>

#include "libshared/base/cbor.h"

enum major { UNSIGNED, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE };

#define SIMPLE_FALSE	20
#define SIMPLE_TRUE	21
#define SIMPLE_NULL	22

struct head { enum major major; uint64_t number; };

static bool bytes_take(struct str *rest, unsigned depth, struct cbor *item);

static struct str
cbor_cut(struct str *rest, size_t n)
{
	struct str front = { rest->p, n };

	rest->p += n;
	rest->len -= n;
	return front;
}

/*
 * number_take - reads a number of n bytes; false when a shorter form of the
 * head could hold it
 */
static bool
number_take(struct str *rest, size_t n, uint64_t *number)
{
	uint64_t value = 0;
	size_t i;

	if (rest->len < n)
		return false;
	for (i = 0; i < n; i++)
		value = value << 8 | (uint8_t)rest->p[i];
	(void)cbor_cut(rest, n);
	*number = value;
	return n == 1 ? value >= 24 : value >> (4 * n) != 0;
}

static bool
head_take(struct str *rest, struct head *head)
{
	uint8_t byte, info;

	if (rest->len == 0)
		return false;
	byte = (uint8_t)cbor_cut(rest, 1).p[0];
	head->major = (enum major)(byte >> 5);
	info = byte & 31;
	if (info < 24) {
		head->number = info;
		return true;
	}
	/* 28..30 are reserved, 31 is an indefinite length */
	return info < 28 && number_take(rest, (size_t)1 << (info - 24),
	    &head->number);
}

static bool
integer_set(const struct head *head, struct cbor *item)
{
	if (head->number > INT64_MAX)
		return false;
	item->kind = CBOR_INTEGER;
	item->number = head->major == UNSIGNED ? (int64_t)head->number :
	    -1 - (int64_t)head->number;
	return true;
}

static bool
string_take(struct str *rest, const struct head *head, struct cbor *item)
{
	if (head->number > rest->len)
		return false;
	item->kind = head->major == BYTES ? CBOR_BYTES : CBOR_TEXT;
	item->content = cbor_cut(rest, (size_t)head->number);
	return item->kind == CBOR_BYTES || str_utf8(item->content);
}

static bool
simple_set(const struct head *head, struct cbor *item)
{
	if (head->number < SIMPLE_FALSE || head->number > SIMPLE_NULL)
		return false;
	item->kind = head->number == SIMPLE_NULL ? CBOR_NULL : CBOR_BOOL;
	item->number = head->number == SIMPLE_TRUE;
	return true;
}

static bool
cbor_same(struct str a, struct str b)
{
	return a.len == b.len && memcmp(a.p, b.p, a.len) == 0;
}

/* NOLINTBEGIN(misc-no-recursion): CBOR_DEPTH_MAX bounds it */

/*
 * key_take - reads a key that the map does not have yet.  A key has one
 * encoding only, so bytes are compared.
 */
static bool
key_take(struct str *rest, unsigned depth, struct str *keys, int64_t n)
{
	struct cbor key;
	int64_t i;

	if (!bytes_take(rest, depth, &key) ||
	    (key.kind != CBOR_INTEGER && key.kind != CBOR_TEXT))
		return false;
	for (i = 0; i < n; i++)
		if (cbor_same(keys[i], key.whole))
			return false;
	keys[n] = key.whole;
	return true;
}

static bool
members_take(struct str *rest, const struct head *head, unsigned depth,
    struct cbor *item)
{
	struct str keys[CBOR_ITEMS_MAX];
	const char *begin = rest->p;
	struct cbor value;
	int64_t i;

	if (depth == CBOR_DEPTH_MAX || head->number > CBOR_ITEMS_MAX)
		return false;
	item->kind = head->major == MAP ? CBOR_MAP : CBOR_ARRAY;
	item->number = (int64_t)head->number;
	for (i = 0; i < item->number; i++)
		if ((item->kind == CBOR_MAP &&
		    !key_take(rest, depth + 1, keys, i)) ||
		    !bytes_take(rest, depth + 1, &value))
			return false;
	item->content = (struct str){ begin, (size_t)(rest->p - begin) };
	return true;
}

static bool
bytes_take(struct str *rest, unsigned depth, struct cbor *item)
{
	struct str at = *rest;
	struct cbor made = { 0 };
	struct head head;
	bool good;

	if (!head_take(&at, &head))
		return false;
	switch (head.major) {
	case UNSIGNED:
	case NEGATIVE:
		good = integer_set(&head, &made);
		break;
	case BYTES:
	case TEXT:
		good = string_take(&at, &head, &made);
		break;
	case ARRAY:
	case MAP:
		good = members_take(&at, &head, depth, &made);
		break;
	case SIMPLE:
		good = simple_set(&head, &made);
		break;
	default:
		good = false;
	}
	if (!good)
		return false;
	made.whole = (struct str){ rest->p, (size_t)(at.p - rest->p) };
	*rest = at;
	*item = made;
	return true;
}

/* NOLINTEND(misc-no-recursion) */

bool
cbor_take(struct str *rest, struct cbor *item)
{
	return bytes_take(rest, 0, item);
}

/* cbor_find - finds the value of a key in a map that cbor_take() has checked */
static bool
cbor_find(const struct cbor *map, const char *text, int64_t number,
    struct cbor *value)
{
	struct str rest = map->content;
	struct cbor key, one;

	while (map->kind == CBOR_MAP && rest.len > 0) {
		if (!cbor_take(&rest, &key) || !cbor_take(&rest, &one))
			return false;
		if (text == NULL ? key.kind != CBOR_INTEGER ||
		    key.number != number : key.kind != CBOR_TEXT ||
		    !str_is(key.content, text))
			continue;
		*value = one;
		return true;
	}
	return false;
}

bool
cbor_member(const struct cbor *map, const char *key, enum cbor_kind kind,
    struct cbor *value)
{
	struct cbor found;

	if (!cbor_find(map, key, 0, &found) || found.kind != kind)
		return false;
	*value = found;
	return true;
}

bool
cbor_label(const struct cbor *map, int64_t key, int64_t *number)
{
	struct cbor found;

	if (!cbor_find(map, NULL, key, &found) || found.kind != CBOR_INTEGER)
		return false;
	*number = found.number;
	return true;
}
