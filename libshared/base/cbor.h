/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CBOR as authenticators write it (RFC 8949 4.2, CTAP 2.1 section 8): definite
 * lengths, shortest heads, no tags and no floating point; and our own limits.
 *
 * Nothing is built and nothing is allocated: items are slices of the input.
 * libcbor makes room for whatever number of members is announced, so this goes
 * first.
 */
#ifndef CAMELEER_CBOR_H
#define CAMELEER_CBOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/str.h"

#define CBOR_DEPTH_MAX	4	/* maps and arrays inside each other */
#define CBOR_ITEMS_MAX	32	/* of an array; pairs of a map */

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
	/* The integer, 0 or 1 of a bool, how many items or pairs. */
	int64_t		number;
	/* What is inside: bytes, text, or the members one after another. */
	struct str	content;
	struct str	whole;		/* with its head */
};

/*
 * Takes one item, checked to its ground, off the front of *rest.  False, and
 * both untouched, when there is none: cut off, of another form than the above,
 * text that is no UTF-8, a key that is neither integer nor text or is there
 * twice, an integer beyond int64.
 */
bool cbor_take(struct str *rest, struct cbor *item)
    __attribute__((warn_unused_result));
/* The value of a key; false when there is none, or it is of another kind. */
bool cbor_member(const struct cbor *map, const char *key, enum cbor_kind kind,
    struct cbor *value) __attribute__((warn_unused_result));
/* The same of an integer key (COSE, RFC 9052), whose value is an integer. */
bool cbor_label(const struct cbor *map, int64_t key, int64_t *number)
    __attribute__((warn_unused_result));

#endif
