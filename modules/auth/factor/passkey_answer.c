/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Challenges, and what browsers answer to them.
 *
 * A challenge is 256 random bits, valid once, for five minutes and for the
 * asker for whom it was made; only its digest is stored.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/process.h"
#include "modules/auth/factor/passkey.h"

#include "modules/auth/factor/passkey.sql.h"

#define TRANSPORTS_MAX	8
#define TRANSPORT_MAX	16

const char *
passkey_rp_id(struct ctx *ctx)
{
	struct str rest = str_of(process.conf->base_url);
	const char *host;

	if (str_starts(rest, "https://")) {
		rest.p += 8;
		rest.len -= 8;
	}
	rest = str_cut(&rest, ':');
	host = arena_text(ctx->mem, rest.p, rest.len);
	return host == NULL ? "" : host;
}

enum err
passkey_ask(struct ctx *ctx, const struct asked *asked, const char **text)
{
	int bound = uuid_empty(&asked->account) ? PASSKEY_ASKED_NETWORK_MAX :
	    PASSKEY_ASKED_MAX;
	char digest[SHA256_HEX_MAX];
	const char *challenge;
	enum err e;

	if ((e = crypto_random_text(ctx, 32, &challenge)) != ERR_OK)
		return e;
	token_digest(challenge, digest);
	if ((e = sql_exec(ctx, &SQL_PASSKEY_CHALLENGE_SWEEP, NULL)) !=
	    ERR_OK ||
	    (e = sql_exec(ctx, &SQL_PASSKEY_CHALLENGE_INSERT, NULL,
	    ARG_TEXT(digest), ARG_TEXT(asked->purpose),
	    ARG_UUID(&asked->account), ARG_UUID(&asked->session),
	    ARG_TEXT(ctx->client_ip), ARG_INT(PASSKEY_TTL_S))) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_PASSKEY_CHALLENGE_BOUND, NULL,
	    ARG_UUID(&asked->account), ARG_TEXT(ctx->client_ip),
	    ARG_INT(bound))) != ERR_OK)
		return e;
	*text = challenge;
	return ERR_OK;
}

enum err
passkey_refusal(const struct ctx *ctx)
{
	return uuid_empty(&ctx->who.session) ? ERR_UNAUTHENTICATED :
	    ERR_INVALID;
}

enum err
passkey_spend(struct ctx *ctx, const struct asked *asked,
    const char *challenge)
{
	char digest[SHA256_HEX_MAX];
	int64_t spent;
	enum err e;

	token_digest(challenge, digest);
	if ((e = sql_exec(ctx, &SQL_PASSKEY_CHALLENGE_TAKE, &spent,
	    ARG_TEXT(digest), ARG_TEXT(asked->purpose),
	    ARG_UUID(&asked->account), ARG_UUID(&asked->session))) != ERR_OK)
		return e;
	if (spent == 0)
		return fail(ctx, passkey_refusal(ctx), "challenge_not_valid",
		    "this took too long, or was answered already: begin "
		    "again");
	return ERR_OK;
}

static enum err
passkey_answer_malformed(struct ctx *ctx, const char *member)
{
	fail_field(ctx, "response", "%s is missing or malformed",
	    member);
	return fail(ctx, ERR_BAD_INPUT, "invalid_fields",
	    "Some fields are not acceptable; see errors.");
}

/* bytes_of - decodes a base64url member into ctx->mem */
static enum err
bytes_of(struct ctx *ctx, const struct json *object, const char *name,
    struct str *bytes)
{
	size_t len, n;
	const char *text = json_text(json_get(object, name), &len);
	uint8_t *out;

	if (text == NULL || len == 0)
		return passkey_answer_malformed(ctx, name);
	if ((out = arena_get(ctx->mem, len)) == NULL)
		return fail(ctx, ERR_TOO_LARGE, NULL, "%s does not fit", name);
	if (!base64url_decode(text, len, out, len, &n))
		return passkey_answer_malformed(ctx, name);
	*bytes = (struct str){ (const char *)out, n };
	return ERR_OK;
}

/* is_word - accepts a transport in the form that browsers use */
static bool
is_word(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((text[i] < 'a' || text[i] > 'z') && text[i] != '-')
			return false;
	return len > 0 && len <= TRANSPORT_MAX;
}

/*
 * transports_of - reads hints for the browser's own use; leaves out malformed
 * ones
 */
static const char *
transports_of(struct ctx *ctx, const struct json *list)
{
	size_t i, len, n = json_is_array(list) ? json_count(list) : 0;
	const char *text;
	struct buf out;

	buf_init(&out, ctx->mem, 256);
	buf_text(&out, "{");
	for (i = 0; i < n && i < TRANSPORTS_MAX; i++) {
		text = json_text(json_at(list, i), &len);
		if (text == NULL || !is_word(text, len))
			continue;
		buf_printf(&out, "%s%.*s", out.len > 1 ? "," : "", (int)len,
		    text);
	}
	buf_text(&out, "}");
	return out.p;
}

/* signed_read - reads the members of an assertion */
static enum err
signed_read(struct ctx *ctx, const struct json *inner, struct answer *answer)
{
	enum err e;

	if ((e = bytes_of(ctx, inner, "authenticatorData",
	    &answer->auth_data)) != ERR_OK ||
	    (e = bytes_of(ctx, inner, "signature", &answer->signature)) !=
	    ERR_OK)
		return e;
	answer->user_handle = json_member(inner, "userHandle");
	if (answer->user_handle == NULL &&
	    !json_is_null(json_get(inner, "userHandle")))
		return passkey_answer_malformed(ctx, "userHandle");
	/* Safari sends "" for none. */
	if (answer->user_handle != NULL && answer->user_handle[0] == '\0')
		answer->user_handle = NULL;
	return ERR_OK;
}

enum err
passkey_answer(struct ctx *ctx, const char *text, bool registration,
    struct answer *answer)
{
	struct answer made = { 0 };
	const struct json *inner;
	const char *type, *raw;
	struct json *top;
	struct str id;
	enum err e;

	if ((e = json_parse(ctx, text, strlen(text), &top)) != ERR_OK)
		return e;
	inner = json_get(top, "response");
	if ((type = json_member(top, "type")) == NULL ||
	    strcmp(type, "public-key") != 0)
		return passkey_answer_malformed(ctx, "type");
	if (!json_is_object(inner))
		return passkey_answer_malformed(ctx, "response");
	if ((e = bytes_of(ctx, top, "id", &id)) != ERR_OK)
		return e;
	made.credential = json_member(top, "id");
	raw = json_member(top, "rawId");
	if (id.len > WEBAUTHN_ID_MAX || made.credential == NULL ||
	    (raw != NULL && strcmp(raw, made.credential) != 0))
		return passkey_answer_malformed(ctx, "id");
	made.transports = transports_of(ctx, json_get(inner, "transports"));
	if ((e = bytes_of(ctx, inner, "clientDataJSON", &made.client_data)) !=
	    ERR_OK ||
	    (e = registration ? bytes_of(ctx, inner, "attestationObject",
	    &made.attestation) : signed_read(ctx, inner, &made)) != ERR_OK)
		return e;
	*answer = made;
	return ERR_OK;
}

enum err
passkey_handle(struct ctx *ctx, const struct uuid *account,
    const char **handle)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t bytes[16] = { 0 };
	const char *p, *digit;
	size_t n = 0;

	for (p = account->text; *p != '\0' && n < 2 * sizeof(bytes); p++) {
		if ((digit = strchr(digits, *p)) == NULL)
			continue;
		bytes[n / 2] = (uint8_t)(bytes[n / 2] << 4 |
		    (digit - digits));
		n++;
	}
	return base64url_encode(ctx, bytes, sizeof(bytes), handle);
}

struct descriptor { const char *credential, *transports; };

static const struct field descriptor_view[] = {
	VIEW_TEXT(struct descriptor, credential),
	VIEW_JSON(struct descriptor, transports),
	FIELD_END
};

enum err
passkey_descriptors(struct ctx *ctx, const struct uuid *account,
    struct json **list)
{
	struct json *made = json_array(ctx), *one;
	struct descriptor *rows;
	size_t i, n;
	enum err e;

	if ((e = sql_many(ctx, &SQL_PASSKEY_DESCRIPTORS, descriptor_view,
	    sizeof(*rows), &rows, &n, ARG_UUID(account))) != ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		one = json_object(ctx);
		json_put_text(one, "type", "public-key");
		json_put_text(one, "id", rows[i].credential);
		if ((e = json_put_raw(ctx, one, "transports",
		    rows[i].transports)) != ERR_OK)
			return e;
		json_add(made, one);
	}
	*list = made;
	return ERR_OK;
}
