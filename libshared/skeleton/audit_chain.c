/* SPDX-License-Identifier: Apache-2.0 */
/* The chain of audit events: hashes, checkpoints, lines of an export. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "libshared/proto/key.h"
#include "libshared/proto/token.h"
#include "libshared/skeleton/audit_chain.h"

#define CHECKPOINT_TTL_S	((int64_t)100 * 366 * 86400)
#define SALT_SIZE		16
#define VALUE_MAX		4096	/* of one personal value */

const struct field audit_record_view[] = {
	VIEW_INT(struct audit_record, seq),
	VIEW_TEXT_OPT(struct audit_record, hash),
	VIEW_TEXT(struct audit_record, tenant_id),
	VIEW_TEXT(struct audit_record, id),
	VIEW_TEXT_OPT(struct audit_record, at),
	VIEW_TEXT_OPT(struct audit_record, actor_id),
	VIEW_TEXT_OPT(struct audit_record, actor_kind),
	VIEW_TEXT_OPT(struct audit_record, action),
	VIEW_TEXT_OPT(struct audit_record, subject_type),
	VIEW_TEXT_OPT(struct audit_record, subject_id),
	VIEW_TEXT_OPT(struct audit_record, environment),
	VIEW_TEXT_OPT(struct audit_record, result),
	VIEW_TEXT_OPT(struct audit_record, code),
	VIEW_TEXT_OPT(struct audit_record, facts),
	VIEW_TEXT_OPT(struct audit_record, request_id),
	VIEW_TEXT_OPT(struct audit_record, service),
	VIEW_TEXT_OPT(struct audit_record, person),
	VIEW_TEXT_OPT(struct audit_record, opened),
	FIELD_END
};

/*
 * text_at - returns the member of the record that a row of the view describes
 */
static const char **
text_at(const struct audit_record *record, const struct field *field)
{
	return (const char **)((uintptr_t)record + field->offset);
}

static bool
is_hashed(const struct field *field)
{
	return field->kind == FIELD_KIND_TEXT &&
	    strcmp(field->name, "hash") != 0 &&
	    strcmp(field->name, "opened") != 0;
}

/*
 * audit_hash - hashes each text with its length, so that different records have
 * different bytes: "4:done\n", and "-\n" for NULL
 */
void
audit_hash(const struct audit_record *record, const char *before,
    char hash[SHA256_HEX_MAX])
{
	uint8_t digest[SHA256_SIZE];
	struct sha256 *sum = sha256_new();
	const struct field *field;
	const char *text;
	char head[160];

	(void)snprintf(head, sizeof(head), "%s\n%s\n%" PRId64 "\n",
	    AUDIT_FORMAT, before, record->seq);
	sha256_add(sum, head, strlen(head));
	for (field = audit_record_view; field->name != NULL; field++) {
		if (!is_hashed(field))
			continue;
		if ((text = *text_at(record, field)) == NULL) {
			sha256_add(sum, "-\n", 2);
			continue;
		}
		(void)snprintf(head, sizeof(head), "%zu:", strlen(text));
		sha256_add(sum, head, strlen(head));
		sha256_add(sum, text, strlen(text));
		sha256_add(sum, "\n", 1);
	}
	sha256_end(&sum, digest);
	hex_of(digest, sizeof(digest), hash);
}

enum err
audit_line_page(struct ctx *ctx, const struct audit_page *page,
    const char **line)
{
	struct json *top = json_object(ctx);

	json_put_text(top, "format", AUDIT_FORMAT);
	json_put_text(top, "tenant", page->tenant);
	json_put_int(top, "after", page->after);
	json_put_text(top, "hash", page->hash);
	return json_print(ctx, top, line, NULL);
}

enum err
audit_line_checkpoint(struct ctx *ctx, const char *token, const char **line)
{
	struct json *top = json_object(ctx);

	json_put_text(top, "checkpoint", token);
	return json_print(ctx, top, line, NULL);
}

/* normal_form - prints a JSON text again, in the form of json_print() */
static enum err
normal_form(struct ctx *ctx, const char **text)
{
	struct json *value;
	enum err e;

	if (*text == NULL)
		return ERR_OK;
	if ((e = json_parse(ctx, *text, strlen(*text), &value)) != ERR_OK)
		return e;
	return json_print(ctx, value, text, NULL);
}

enum err
audit_line_record(struct ctx *ctx, const struct audit_record *record,
    const char **line)
{
	struct json *top = json_object(ctx);
	struct audit_record shown = *record;
	const struct field *field;
	enum err e;

	if ((e = normal_form(ctx, &shown.opened)) != ERR_OK)
		return e;
	for (field = audit_record_view; field->name != NULL; field++)
		if (field->kind == FIELD_KIND_INT)
			json_put_int(top, field->name, shown.seq);
		else
			json_put_text(top, field->name,
			    *text_at(&shown, field));
	return json_print(ctx, top, line, NULL);
}

/*
 * read_record - reads the members of a line; the caller checks its exact form
 */
static bool
read_record(const struct json *top, struct audit_record *record)
{
	const struct field *field;
	const struct json *value;
	size_t len;

	*record = (struct audit_record){ 0 };
	if (!json_int(json_get(top, "seq"), &record->seq))
		return false;
	for (field = audit_record_view; field->name != NULL; field++) {
		if (field->kind == FIELD_KIND_INT)
			continue;
		value = json_get(top, field->name);
		*text_at(record, field) = json_text(value, &len);
	}
	return record->hash != NULL && record->id != NULL &&
	    record->tenant_id != NULL;
}

/* line_rebuild - prints what was read again, to compare it with the line */
static enum err
line_rebuild(struct ctx *ctx, const struct audit_parsed *parsed,
    const char **line)
{
	if (parsed->kind == AUDIT_LINE_PAGE)
		return audit_line_page(ctx, &parsed->page, line);
	if (parsed->kind == AUDIT_LINE_CHECKPOINT)
		return audit_line_checkpoint(ctx, parsed->token, line);
	return audit_line_record(ctx, &parsed->record, line);
}

enum err
audit_line_read(struct ctx *ctx, struct str line, struct audit_parsed *parsed)
{
	struct audit_parsed out = { .kind = AUDIT_LINE_RECORD };
	struct json *top;
	const char *made;

	if (json_parse(ctx, line.p, line.len, &top) != ERR_OK)
		goto bad;
	out.token = json_member(top, "checkpoint");
	out.page.tenant = json_member(top, "tenant");
	out.page.hash = json_member(top, "hash");
	if (out.token != NULL)
		out.kind = AUDIT_LINE_CHECKPOINT;
	else if (json_get(top, "format") == NULL) {
		if (!read_record(top, &out.record))
			goto bad;
	} else if (out.page.tenant == NULL || out.page.hash == NULL ||
	    !json_int(json_get(top, "after"), &out.page.after))
		goto bad;
	else
		out.kind = AUDIT_LINE_PAGE;
	if (line_rebuild(ctx, &out, &made) != ERR_OK || !str_is(line, made))
		goto bad;
	*parsed = out;
	return ERR_OK;
bad:
	fail_clear(ctx);
	return fail(ctx, ERR_INVALID, "audit_line",
	    "this is not a line of an export");
}

static int
hex_nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* audit_chain_commits - does the commitment fit this salt and value? */
static bool
audit_chain_commits(const char *commitment, const struct json *pair)
{
	const char *salt = json_member(pair, "salt");
	const char *value = json_member(pair, "value");
	uint8_t plain[SALT_SIZE + VALUE_MAX];
	char hash[SHA256_HEX_MAX];
	int high, low;
	size_t i;

	if (commitment == NULL || salt == NULL || value == NULL ||
	    json_count(pair) != 2 || strlen(salt) != (size_t)2 * SALT_SIZE ||
	    strlen(value) > VALUE_MAX)
		return false;
	for (i = 0; i < SALT_SIZE; i++) {
		high = hex_nibble(salt[2 * i]);
		low = hex_nibble(salt[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		plain[i] = (uint8_t)(high << 4 | low);
	}
	memcpy(plain + SALT_SIZE, value, strlen(value));
	sha256_hex(plain, SALT_SIZE + strlen(value), hash);
	return strcmp(hash, commitment) == 0;
}

/* object_of - parses a JSON object; NULL becomes an empty one */
static bool
object_of(struct ctx *ctx, const char *text, struct json **object)
{
	if (text == NULL) {
		*object = json_object(ctx);
		return true;
	}
	return json_parse(ctx, text, strlen(text), object) == ERR_OK &&
	    json_is_object(*object);
}

enum err
audit_opened(struct ctx *ctx, const struct audit_record *record,
    int64_t *opened, int64_t *erased)
{
	const char *canonical = record->opened, *name;
	struct json *person, *open;
	const struct json *box, *pair;
	size_t i, found = 0, n;

	if (!object_of(ctx, record->person, &person) ||
	    !object_of(ctx, record->opened, &open) ||
	    normal_form(ctx, &canonical) != ERR_OK || (canonical != NULL &&
	    strcmp(canonical, record->opened) != 0))
		goto bad;
	n = json_count(person);
	for (i = 0; i < n; i++) {
		name = json_key_at(person, i, &box);
		if ((pair = json_get(open, name)) == NULL)
			continue;
		if (!audit_chain_commits(json_member(box, "c"), pair))
			goto bad;
		found++;
	}
	if (found != json_count(open))
		goto bad;
	*opened += (int64_t)found;
	*erased += (int64_t)(n - found);
	return ERR_OK;
bad:
	fail_clear(ctx);
	return fail(ctx, ERR_INVALID, "audit_opened",
	    "what is shown of a person is not what was recorded");
}

enum err
audit_checkpoint_sign(struct ctx *ctx, const struct key *key,
    const struct audit_checkpoint *point, const char **token)
{
	struct json *claims = json_object(ctx);

	json_put_text(claims, "iss", CHECKPOINT_ISSUER);
	json_put_text(claims, "aud", CHECKPOINT_AUDIENCE);
	json_put_text(claims, "sub", point->tenant);
	json_put_int(claims, "iat", point->at);
	json_put_int(claims, "nbf", 0);
	json_put_int(claims, "exp", point->at + CHECKPOINT_TTL_S);
	json_put_int(claims, "seq", point->seq);
	json_put_text(claims, "hash", point->hash);
	return token_sign(ctx, key, CHECKPOINT_TYP, claims, token);
}

enum err
audit_checkpoint_read(struct ctx *ctx, const struct keyring *ring,
    const char *token, struct audit_checkpoint *point)
{
	const struct token_rule rule = { ring, KEY_AUDIT, CHECKPOINT_TYP,
	    CHECKPOINT_ISSUER, CHECKPOINT_AUDIENCE, 0 };
	const struct json *claims;
	enum err e;

	if ((e = token_verify(ctx, &rule, str_of(token), &claims, NULL)) !=
	    ERR_OK)
		return e;
	point->tenant = json_member(claims, "sub");
	point->hash = json_member(claims, "hash");
	if (point->hash == NULL || strlen(point->hash) !=
	    SHA256_HEX_MAX - 1 ||
	    !json_int(json_get(claims, "seq"), &point->seq) ||
	    !json_int(json_get(claims, "iat"), &point->at))
		return fail(ctx, ERR_UNAUTHENTICATED, "invalid_token",
		    "the checkpoint says no place in a chain");
	return ERR_OK;
}
