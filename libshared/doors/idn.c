/* SPDX-License-Identifier: Apache-2.0 */
/* Internationalised domain names: the only file that includes libidn2. */
#include "config.h"

#include <idn2.h>
#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/idn.h"

#define DOMAIN_BYTES_MAX	1024	/* of the UTF-8 form */

static bool
is_ascii(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text >= 0x80)
			return false;
	return true;
}

const char *
idn_ascii(struct ctx *ctx, struct str text)
{
	const char *copy = arena_text(ctx->mem, text.p, text.len), *domain;
	const char *made = NULL;
	char *ascii = NULL;

	if (copy == NULL)
		return NULL;
	domain = strrchr(copy, '@');
	domain = domain == NULL ? copy : domain + 1;
	if (is_ascii(domain) || strlen(domain) > DOMAIN_BYTES_MAX)
		return copy;
	if (idn2_to_ascii_8z(domain, &ascii, IDN2_NFC_INPUT |
	    IDN2_NONTRANSITIONAL) != IDN2_OK)
		return copy;
	made = text_printf(ctx->mem, "%.*s%s", (int)(domain - copy), copy,
	    ascii);
	idn2_free(ascii);
	return made;
}
