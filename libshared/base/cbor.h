/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CBOR as authenticators write it (RFC 8949 4.2, CTAP 2.1 section 8): definite
 * lengths, shortest heads, no tags and no floating point; and our own limits.
 *
 * Nothing is built and nothing is allocated: items are slices of the input.
 * libcbor allocates as many members as the input announces, so this check comes
 * before it.
 */
#ifndef CAMELEER_CBOR_H
#define CAMELEER_CBOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/str.h"

#define CBOR_DEPTH_MAX	4	/* maps and arrays inside each other */
#define CBOR_ITEMS_MAX	32	/* items of an array, pairs of a map */

enum cbor_kind {
	CBOR_INTEGER,
	CBOR_BYTES,
	CBOR_TEXT,
	CBOR_ARRAY,
	CBOR_MAP,
	CBOR_BOOL,
	CBOR_NULL,
};

struct cbor {
	enum cbor_kind	kind;
	/* The integer, 0 or 1 for a bool, the number of items or pairs. */
	int64_t		number;
	/* The bytes, the text, or the members one after another. */
	struct str	content;
	struct str	whole;		/* with its head */
};

/*
 * Parses and fully validates one item at the front of *rest; on failure changes
 * nothing and returns false.  It refuses an item that is cut off or in another
 * form than the above, text that is not UTF-8, a key that is neither integer
 * nor text or occurs twice, and an integer outside int64.
 */
bool cbor_take(struct str *rest, struct cbor *item)
    __attribute__((warn_unused_result));
/* Finds the value of a key; false when the map lacks it or its kind differs. */
bool cbor_member(const struct cbor *map, const char *key, enum cbor_kind kind,
    struct cbor *value) __attribute__((warn_unused_result));
/* The same for an integer key with an integer value (COSE, RFC 9052). */
bool cbor_label(const struct cbor *map, int64_t key, int64_t *number)
    __attribute__((warn_unused_result));

#endif
