/* SPDX-License-Identifier: Apache-2.0 */
/* Codes of an authenticator app (RFC 6238, RFC 4226). */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "modules/auth/factor/totp.h"

#define URI_MAX	2048

/* hotp_code - computes RFC 4226 5.3: the value before it is cut to digits */
static uint32_t
hotp_code(const uint8_t *secret, uint64_t counter)
{
	uint8_t mac[HMAC_SHA1_SIZE], text[8];
	size_t at;
	int i;

	for (i = 0; i < 8; i++)
		text[i] = (uint8_t)(counter >> (56 - 8 * i));
	hmac_sha1(secret, TOTP_SECRET_SIZE, text, sizeof(text), mac);
	at = mac[HMAC_SHA1_SIZE - 1] & 0xf;
	return (uint32_t)(mac[at] & 0x7f) << 24 | (uint32_t)mac[at + 1] << 16 |
	    (uint32_t)mac[at + 2] << 8 | mac[at + 3];
}

void
totp_code(const uint8_t secret[TOTP_SECRET_SIZE], int64_t step, int digits,
    char code[TOTP_DIGITS_MAX + 1])
{
	uint32_t value = hotp_code(secret, (uint64_t)step);
	int i;

	for (i = digits - 1; i >= 0; i--) {
		code[i] = (char)('0' + value % 10);
		value /= 10;
	}
	code[digits] = '\0';
}

bool
totp_match(const uint8_t secret[TOTP_SECRET_SIZE], const char *code,
    int64_t now_s, int64_t last_step, int64_t *step)
{
	int64_t now = now_s / TOTP_STEP_S, at, found = -1;
	char want[TOTP_DIGITS_MAX + 1];
	bool same;

	if (strlen(code) != TOTP_DIGITS)
		return false;
	for (at = now + TOTP_WINDOW; at >= now - TOTP_WINDOW; at--) {
		totp_code(secret, at, TOTP_DIGITS, want);
		same = secret_equal(code, want, TOTP_DIGITS);
		if (same && at > last_step)
			found = at;
	}
	if (found < 0)
		return false;
	*step = found;
	return true;
}

void
base32_encode(const uint8_t *data, size_t len, char *text)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	uint32_t bits = 0;
	unsigned have = 0;
	size_t i;

	for (i = 0; i < len; i++) {
		bits = bits << 8 | data[i];
		for (have += 8; have >= 5; have -= 5)
			*text++ = letters[bits >> (have - 5) & 31];
	}
	if (have > 0)
		*text++ = letters[bits << (5 - have) & 31];
	*text = '\0';
}

enum err
totp_uri(struct ctx *ctx, const char *secret, const char *account,
    const char **uri)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-._~@";
	struct buf out;
	const char *p;

	buf_init(&out, ctx->secrets, URI_MAX);
	buf_text(&out, "otpauth://totp/Cameleer:");
	for (p = account; *p != '\0'; p++)
		if (strchr(plain, *p) != NULL)
			buf_put(&out, p, 1);
		else
			buf_printf(&out, "%%%02X", (unsigned char)*p);
	buf_printf(&out, "?secret=%s&issuer=Cameleer&algorithm=SHA1&digits=%d"
	    "&period=%d", secret, TOTP_DIGITS, TOTP_STEP_S);
	if (out.full)
		return fail(ctx, ERR_TOO_LARGE, NULL,
		    "no room for the address of an app's secret");
	*uri = out.p;
	return ERR_OK;
}
