/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/unit_ctx.h"

#include "libshared/doors/crypto.h"
#include "libshared/proto/key.h"
#include "libshared/skeleton/audit_chain.h"

#define TENANT	"00000000-0000-7000-8000-0000000000a0"
#define EVENT	"00000000-0000-7000-8000-0000000000a1"
/* printf 000102…0f | xxd -r -p; then 10.0.0.1: sha256sum(1) of both */
#define SALT	"000102030405060708090a0b0c0d0e0f"
#define COMMIT	\
	"b090bd0a39068ce599e8710a690a9c9ac3125bc154736986ba51408db27e1f19"

static struct audit_record
sample(void)
{
	return (struct audit_record){ .seq = 7, .hash = AUDIT_START,
	    .tenant_id = TENANT, .id = EVENT,
	    .at = "2026-11-22T19:00:00.000001Z", .actor_kind = "platform",
	    .action = "app.create", .result = "done",
	    .facts = "{\"name\": \"a\\\"b\"}", .service = "apps" };
}

/* The hash of a text written by hand: printf … | sha256sum. */
static void
test_the_hash_is_over_each_text_with_its_length(void **state)
{
	struct audit_record record = { .seq = 1, .tenant_id = "t",
	    .id = "i" };
	static const char text[] = "cameleer-audit-1\n" AUDIT_START "\n1\n"
	    "1:t\n1:i\n-\n-\n-\n-\n-\n-\n-\n-\n-\n-\n-\n-\n-\n";
	char hash[SHA256_HEX_MAX], want[SHA256_HEX_MAX];

	(void)state;
	sha256_hex(text, strlen(text), want);
	audit_hash(&record, AUDIT_START, hash);
	assert_string_equal(hash, want);
}

static void
test_every_column_counts_and_so_does_its_place(void **state)
{
	struct audit_record record = sample(), other;
	char hash[SHA256_HEX_MAX], changed[SHA256_HEX_MAX];
	const struct field *field;
	const char **text;
	unsigned n = 0;

	(void)state;
	audit_hash(&record, AUDIT_START, hash);
	for (field = audit_record_view; field->name != NULL; field++) {
		other = record;
		if (field->kind == FIELD_KIND_INT)
			other.seq++;
		else {
			text = (const char **)((char *)&other +
			    field->offset);
			*text = *text == NULL ? "" : NULL;
		}
		audit_hash(&other, AUDIT_START, changed);
		if (strcmp(field->name, "hash") == 0 ||
		    strcmp(field->name, "opened") == 0)
			assert_string_equal(hash, changed);
		else
			assert_string_not_equal(hash, changed);
		n++;
	}
	assert_int_equal(n, 18);
	audit_hash(&record, COMMIT, changed);
	assert_string_not_equal(hash, changed);
	/* Two records differ when a text moves from one field to the next. */
	record.subject_type = "ab";
	record.subject_id = "c";
	other = record;
	other.subject_type = "a";
	other.subject_id = "bc";
	audit_hash(&record, AUDIT_START, hash);
	audit_hash(&other, AUDIT_START, changed);
	assert_string_not_equal(hash, changed);
}

static void
test_a_line_comes_back_as_it_was(void **state)
{
	struct audit_record record = sample();
	struct audit_page page = { TENANT, AUDIT_START, 6 };
	struct audit_parsed parsed;
	const char *line;

	(void)state;
	assert_int_equal(audit_line_record(ctx, &record, &line), ERR_OK);
	assert_int_equal(audit_line_read(ctx, str_of(line), &parsed), ERR_OK);
	assert_int_equal(parsed.kind, AUDIT_LINE_RECORD);
	assert_int_equal(parsed.record.seq, 7);
	assert_string_equal(parsed.record.facts, record.facts);
	assert_null(parsed.record.code);
	assert_int_equal(audit_line_page(ctx, &page, &line), ERR_OK);
	assert_int_equal(audit_line_read(ctx, str_of(line), &parsed), ERR_OK);
	assert_int_equal(parsed.kind, AUDIT_LINE_PAGE);
	assert_int_equal(parsed.page.after, 6);
	assert_string_equal(parsed.page.tenant, TENANT);
	assert_int_equal(audit_line_checkpoint(ctx, "a.b.c", &line), ERR_OK);
	assert_int_equal(audit_line_read(ctx, str_of(line), &parsed), ERR_OK);
	assert_int_equal(parsed.kind, AUDIT_LINE_CHECKPOINT);
	assert_string_equal(parsed.token, "a.b.c");
}

/* Another spelling of the same JSON is an edit. */
static void
test_only_our_own_spelling_is_a_line(void **state)
{
	static const char number[] = "{\"format\":\"cameleer-audit-2\","
	    "\"tenant\":\"t\",\"after\":0,\"hash\":\"h\"}";
	static const char old[] = "{\"format\":\"cameleer-audit-1\","
	    "\"tenant\":\"t\",\"after\":\"0\",\"hash\":\"h\"}";
	static const char *const lines[] = { number, old, "", "{}", "[]", "7",
	    "{", "{\"checkpoint\":\"a\" }", " {\"checkpoint\":\"a\"}",
	    "{\"checkpoint\":\"\\u0061\"}", "{\"checkpoint\":7}",
	    "{\"checkpoint\":\"a\",\"checkpoint\":\"a\"}",
	    "{\"checkpoint\":\"a\",\"x\":1}",
	    "{\"seq\":1,\"hash\":\"h\",\"tenant_id\":\"t\",\"id\":\"i\"}" };
	struct audit_parsed parsed;
	unsigned i;

	(void)state;
	for (i = 0; i < nitems(lines); i++) {
		fail_clear(ctx);
		assert_int_equal(audit_line_read(ctx, str_of(lines[i]),
		    &parsed), ERR_INVALID);
	}
}

static enum err
opens(const char *person, const char *opened, int64_t *shown, int64_t *gone)
{
	struct audit_record record = sample();

	record.person = person;
	record.opened = opened;
	*shown = *gone = 0;
	fail_clear(ctx);
	return audit_opened(ctx, &record, shown, gone);
}

static void
test_what_is_shown_of_a_person_fits_its_commitment(void **state)
{
	static const char person[] = "{\"client_ip\": {\"b\": \"00\", "
	    "\"c\": \"" COMMIT "\", \"k\": \"k\"}}";
	static const char *const wrong[] = {
	    "{\"client_ip\":{\"salt\":\"" SALT "\",\"value\":\"10.0.0.2\"}}",
	    "{\"client_ip\":{\"salt\":\"100102030405060708090a0b0c0d0e0f\","
	    "\"value\":\"10.0.0.1\"}}",
	    "{\"email\":{\"salt\":\"" SALT "\",\"value\":\"10.0.0.1\"}}",
	    "{\"client_ip\": {\"salt\":\"" SALT "\",\"value\":\"10.0.0.1\"}}",
	    "{\"client_ip\":{\"salt\":\"" SALT "\",\"value\":\"10.0.0.1\","
	    "\"x\":1}}",
	    "{\"client_ip\":{\"salt\":\"0\",\"value\":\"10.0.0.1\"}}",
	    "{\"client_ip\":7}", "[]", "{" };
	int64_t shown, gone;
	unsigned i;

	(void)state;
	assert_int_equal(opens(person, "{\"client_ip\":{\"salt\":\"" SALT
	    "\",\"value\":\"10.0.0.1\"}}", &shown, &gone), ERR_OK);
	assert_int_equal(shown, 1);
	assert_int_equal(gone, 0);
	assert_int_equal(opens(person, NULL, &shown, &gone), ERR_OK);
	assert_int_equal(shown, 0);
	assert_int_equal(gone, 1);
	assert_int_equal(opens(NULL, NULL, &shown, &gone), ERR_OK);
	for (i = 0; i < nitems(wrong); i++)
		assert_int_equal(opens(person, wrong[i], &shown, &gone),
		    ERR_INVALID);
	assert_int_equal(opens(NULL, "{\"client_ip\":{\"salt\":\"" SALT
	    "\",\"value\":\"10.0.0.1\"}}", &shown, &gone), ERR_INVALID);
}

static void
test_a_checkpoint_is_good_under_its_key_only(void **state)
{
	struct audit_checkpoint point = { TENANT, AUDIT_START, 7, 1000000 };
	struct audit_checkpoint read = { 0 };
	struct keyring ring = { .n = 1 };
	const char *token;
	struct key other;

	(void)state;
	assert_int_equal(key_generate(ctx, KEY_AUDIT, &ring.keys[0]), ERR_OK);
	assert_int_equal(key_generate(ctx, KEY_LICENSE, &other), ERR_OK);
	ring.keys[0].published = other.published = true;
	ring.keys[0].state = other.state = KEY_ACTIVE;
	assert_int_equal(audit_checkpoint_sign(ctx, &ring.keys[0], &point,
	    &token), ERR_OK);
	assert_int_equal(audit_checkpoint_read(ctx, &ring, token, &read),
	    ERR_OK);
	assert_string_equal(read.tenant, TENANT);
	assert_string_equal(read.hash, AUDIT_START);
	assert_int_equal(read.seq, 7);
	assert_int_equal(read.at, 1000000);
	/* A checkpoint signed for another purpose or by another key. */
	assert_int_equal(audit_checkpoint_sign(ctx, &other, &point, &token),
	    ERR_OK);
	assert_int_equal(audit_checkpoint_read(ctx, &ring, token, &read),
	    ERR_UNAUTHENTICATED);
	ring.keys[0] = other;
	fail_clear(ctx);
	assert_int_equal(audit_checkpoint_read(ctx, &ring, token, &read),
	    ERR_UNAUTHENTICATED);
	fail_clear(ctx);
	point.hash = "short";
	ring.keys[0].purpose = KEY_AUDIT;
	assert_int_equal(audit_checkpoint_sign(ctx, &ring.keys[0], &point,
	    &token), ERR_OK);
	assert_int_equal(audit_checkpoint_read(ctx, &ring, token, &read),
	    ERR_UNAUTHENTICATED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_the_hash_is_over_each_text_with_its_length),
		CTX_TEST(test_every_column_counts_and_so_does_its_place),
		CTX_TEST(test_a_line_comes_back_as_it_was),
		CTX_TEST(test_only_our_own_spelling_is_a_line),
		CTX_TEST(test_what_is_shown_of_a_person_fits_its_commitment),
		CTX_TEST(test_a_checkpoint_is_good_under_its_key_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
