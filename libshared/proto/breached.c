/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdint.h>
#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/proto/breached.h"

/* breached_records[]: sorted numbers of six bytes each. */
#include "data/breached/passwords.bin.h"

#define RECORD		6
#define WORD_MIN	4	/* shorter words occur in every password */
#define UNIT_MAX	4	/* "abcdabcdabcd" */
#define LOOKED_AT_MAX	512	/* bytes; no field of ours is longer */

size_t
breached_count(void)
{
	return nitems(breached_records);
}

static bool
breached_listed(const char *text, size_t len)
{
	uint8_t digest[SHA256_SIZE];
	size_t low = 0, high = nitems(breached_records), middle;
	uint64_t wanted = 0;
	int i;

	sha256_of(text, len, digest);
	for (i = 0; i < RECORD; i++)
		wanted = wanted << 8 | digest[i];
	while (low < high) {
		middle = low + (high - low) / 2;
		if (breached_records[middle] == wanted)
			return true;
		if (breached_records[middle] < wanted)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

/* word_listed - looks up the word without the digits and signs around it */
static bool
word_listed(const char *text, size_t len)
{
	while (len > 0 && !is_letter(text[len - 1]))
		len--;
	while (len > 0 && !is_letter(text[0])) {
		text++;
		len--;
	}
	return len >= WORD_MIN && breached_listed(text, len);
}

/*
 * unit_of - returns the length of the shortest unit whose repetition gives the
 * text; len when nothing repeats
 */
static size_t
unit_of(const char *text, size_t len)
{
	size_t n;

	for (n = 1; n < len; n++)
		if (memcmp(text, text + n, len - n) == 0)
			return n;
	return len;
}

/*
 * is_row - is each character the next one after the character before it, or the
 * previous one, or the same, throughout?
 */
static bool
is_row(const char *text, size_t len)
{
	size_t i;

	for (i = 2; i < len; i++)
		if (text[i] - text[i - 1] != text[1] - text[0])
			return false;
	return len > 1 && text[1] - text[0] >= -1 && text[1] - text[0] <= 1;
}

bool
password_breached(const char *password)
{
	size_t i, unit, len = strnlen(password, LOOKED_AT_MAX);
	char text[LOOKED_AT_MAX];
	bool found;

	for (i = 0; i < len; i++)
		text[i] = (char)(password[i] >= 'A' && password[i] <= 'Z' ?
		    password[i] + ('a' - 'A') : password[i]);
	unit = unit_of(text, len);
	found = breached_listed(text, len) || word_listed(text, len) ||
	    is_row(text, len) || (unit < len && unit <= UNIT_MAX) ||
	    (unit <= len / 2 && breached_listed(text, unit));
	secret_wipe(text, sizeof(text));
	return found;
}
