/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Input "T" licence or "L" list: unchanged.  Input "J" or "R", header, newline,
 * payload: a JWT, signed, so that the search gets past the signature; "F"
 * payload: the file form, signed.  What is accepted has all properties that
 * license.h names.
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/crypto_sign.h"
#include "libshared/doors/json.h"
#include "libshared/proto/key.h"
#include "libshared/proto/license.h"

#define SEED_BYTE	1	/* the key of docs/license/vectors.json */

static uint8_t seed[SEED_SIZE];
static struct keyring ring;

static void
ring_fill(struct ctx *ctx)
{
	static const char jwk[] =
	    "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"kid\":"
	    "\"UDDReOZl1ipXAfp9wYsm13sDBMK5og--QWdBjzuf6o4\",\"x\":"
	    "\"iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w\"}";

	must(crypto_init() == 0);
	memset(seed, SEED_BYTE, sizeof(seed));
	must(keyring_add_public(ctx, &ring, jwk, KEY_LICENSE, KEY_PASSIVE) ==
	    ERR_OK);
}

static const char *
token_make(struct ctx *ctx, struct str input)
{
	struct str header = str_cut(&input, '\n');
	uint8_t signature[SIGNATURE_SIZE];
	const char *h, *p, *s, *text;

	if (base64url_encode(ctx, header.p, header.len, &h) != ERR_OK ||
	    base64url_encode(ctx, input.p, input.len, &p) != ERR_OK ||
	    (text = text_printf(ctx->mem, "%s.%s", h, p)) == NULL)
		return "";
	ed25519_sign(seed, text, strlen(text), signature);
	must(base64url_encode(ctx, signature, sizeof(signature), &s) ==
	    ERR_OK);
	return text_printf(ctx->mem, "%s.%s", text, s);
}

static const char *
file_make(struct ctx *ctx, struct str payload)
{
	uint8_t signature[SIGNATURE_SIZE];
	const char *p, *s;

	ed25519_sign(seed, payload.p, payload.len, signature);
	must(base64_encode(ctx, payload.p, payload.len, &p) == ERR_OK &&
	    base64_encode(ctx, signature, sizeof(signature), &s) == ERR_OK);
	return text_printf(ctx->mem, "%s.%s", p, s);
}

static void
license_check(struct ctx *ctx, struct str text)
{
	struct license license = { .id = NULL };
	struct license_clock clock = { 1772323200, 0, 0 };
	struct license_ruling ruling;
	const char *why = license_read(ctx, &ring, text, &license);

	must(ctx->fault.err == ERR_OK);
	if (why != NULL) {
		must(license.id == NULL && license_says(why) != why);
		return;
	}
	must(text.len <= LICENSE_MAX);
	must(license.id[0] != '\0' && strlen(license.tenant) <= 64);
	must(json_is_object(license.limits));
	must(license.facts.starts >= 0 &&
	    license.facts.starts <= license.facts.valid_until &&
	    license.facts.valid_until <= license.facts.grace_until);
	must(license.token == (license.version > 0));
	ruling = license_decide(&license.facts, &clock);
	must(ruling.verdict != VERDICT_INVALID);
	must(ruling.read || !ruling.write);
}

static void
list_check(struct ctx *ctx, struct str text)
{
	struct revocations list = { .ids = NULL };
	const char *why = revocations_read(ctx, &ring, text, &list);

	must(ctx->fault.err == ERR_OK);
	must((why == NULL) == (list.ids != NULL));
	if (why == NULL) {
		must(list.serial > 0 && json_count(list.ids) <= REVOKED_MAX);
		must(!revocations_hold(&list, ""));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ctx *ctx = ctx_new(16 << 20);
	struct str input = { (const char *)data, size };

	if (ring.n == 0)
		ring_fill(ctx);
	if (size > 0 && size <= REVOCATIONS_MAX) {
		input.p++;
		input.len--;
		if (data[0] == 'T')
			license_check(ctx, input);
		else if (data[0] == 'L')
			list_check(ctx, input);
		else if (data[0] == 'R')
			list_check(ctx, str_of(token_make(ctx, input)));
		else
			license_check(ctx, str_of(data[0] == 'J' ?
			    token_make(ctx, input) : file_make(ctx, input)));
	}
	ctx_free(&ctx);
	return 0;
}
