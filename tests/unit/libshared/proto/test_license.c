/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The truth table and the test vectors of docs/license/, which servers in
 * other languages replay as well.
 */
#include "tests/support/unit_ctx.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libshared/base/clock.h"
#include "libshared/doors/json.h"
#include "libshared/proto/key.h"
#include "libshared/proto/license.h"
#include "libshared/proto/token.h"
#include "tests/support/rows.h"

#define FILE_MAX	((size_t)1 << 20)
#define ROWS_MIN	40

/* file_read - reads a file of docs/license/ into ctx->mem */
static struct str
file_read(const char *name)
{
	static char buf[FILE_MAX];
	const char *source = getenv("CAMELEER_SOURCE");
	char path[4096];
	FILE *file;
	size_t len;

	if (source == NULL)
		fail_msg("CAMELEER_SOURCE is not set");
	(void)snprintf(path, sizeof(path), "%s/docs/license/%s", source, name);
	if ((file = fopen(path, "rb")) == NULL)
		fail_msg("%s cannot be read", path);
	len = fread(buf, 1, sizeof(buf) - 1, file);
	assert_int_equal(fclose(file), 0);
	assert_true(len > 0 && len < sizeof(buf) - 1);
	buf[len] = '\0';
	return (struct str){ buf, len };
}

/* time_of - a time of the table; "-" and NULL: none */
static int64_t
time_of(const char *text)
{
	int64_t seconds = 0;

	if (text != NULL && strcmp(text, "-") != 0 &&
	    !clock_of_text(text, &seconds))
		fail_msg("%s is no time", text);
	return seconds;
}

/* cell_of - cuts the next cell off a row of the table */
static const char *
cell_of(struct str *row)
{
	struct str cell = str_cut(row, '\t');

	return text_printf(ctx->mem, "%.*s", (int)cell.len, cell.p);
}

static void
row_check(struct str row)
{
	const char *name = cell_of(&row), *state;
	struct license_facts facts = { .starts = 0 };
	struct license_clock clock;
	struct license_ruling got;

	facts.starts = time_of(cell_of(&row));
	facts.valid_until = time_of(cell_of(&row));
	facts.grace_until = time_of(cell_of(&row));
	state = cell_of(&row);
	facts.suspended = strcmp(state, "suspended") == 0;
	facts.revoked = strcmp(state, "revoked") == 0;
	clock.now = time_of(cell_of(&row));
	clock.mark = time_of(cell_of(&row));
	clock.contact = time_of(cell_of(&row));
	got = license_decide(&facts, &clock);
	assert_row(strcmp(license_verdicts[got.verdict], cell_of(&row)) == 0,
	    name);
	assert_row(strcmp(got.reason, cell_of(&row)) == 0, name);
	assert_row(got.read == (strcmp(cell_of(&row), "yes") == 0), name);
	assert_row(got.write == (strcmp(cell_of(&row), "yes") == 0), name);
	assert_row(got.until == time_of(cell_of(&row)), name);
	assert_row(row.len == 0, name);
	assert_row(strcmp(license_says(got.reason), got.reason) != 0, name);
}

static void
test_the_truth_table(void **state)
{
	struct str rest = file_read("truth.tsv"), row;
	int n = 0;

	(void)state;
	while (rest.len > 0) {
		row = str_cut(&rest, '\n');
		if (row.len == 0 || row.p[0] == '#' ||
		    str_starts(row, "name\t"))
			continue;
		row_check(row);
		n++;
	}
	assert_true(n >= ROWS_MIN);
}

/* Whatever the clocks say, less time never follows from more of it. */
static void
test_time_only_takes_away(void **state)
{
	const struct license_facts facts = { 1000000, 4000000, 4600000, false,
	    false };
	struct license_clock clock = { .now = 0 };
	struct license_ruling before, after;
	int64_t now;

	(void)state;
	for (now = facts.starts; now < 5000000; now += 997) {
		clock.now = now;
		before = license_decide(&facts, &clock);
		clock.mark = now;
		clock.now = 1;
		after = license_decide(&facts, &clock);
		assert_int_equal(before.verdict, after.verdict);
		assert_true(before.read || !before.write);
		assert_true(before.until == 0 || before.until > now);
	}
}

static struct json *
vectors_read(struct keyring *ring)
{
	struct str text = file_read("vectors.json");
	const struct json *keys;
	struct json *top;
	const char *jwk;
	size_t i;

	assert_int_equal(json_parse(ctx, text.p, text.len, &top), ERR_OK);
	keys = json_get(top, "keys");
	for (i = 0; i < json_count(keys); i++) {
		assert_int_equal(json_print(ctx, json_at(keys, i), &jwk,
		    NULL), ERR_OK);
		assert_int_equal(keyring_add_public(ctx, ring, jwk,
		    KEY_LICENSE, KEY_PASSIVE), ERR_OK);
	}
	assert_true(ring->n > 0);
	return top;
}

static struct str
text_of(const struct json *vector, const char *name)
{
	size_t len = 0;
	const char *text = json_text(json_get(vector, name), &len);

	return (struct str){ text, len };
}

/* vector_rule - verifies the licence of a vector and decides */
static struct license_ruling
vector_rule(const struct keyring *ring, const struct json *vector)
{
	struct license_clock clock = { time_of(json_member(vector, "now")),
	    time_of(json_member(vector, "mark")),
	    time_of(json_member(vector, "contact")) };
	struct license license = { .id = NULL };
	struct revocations list;
	const char *why;

	why = license_read(ctx, ring, text_of(vector, "license"), &license);
	if (why != NULL) {
		assert_null(license.id);
		return (struct license_ruling){ VERDICT_INVALID, why, false,
		    false, 0 };
	}
	if (json_get(vector, "revocations") != NULL) {
		assert_null(revocations_read(ctx, ring, text_of(vector,
		    "revocations"), &list));
		license.facts.revoked = revocations_hold(&list, license.id);
	}
	return license_decide(&license.facts, &clock);
}

static void
vector_check(const struct keyring *ring, const struct json *vector)
{
	const char *name = json_member(vector, "name");
	struct license_ruling got = vector_rule(ring, vector);
	bool read = false, write = false;

	assert_true(json_bool(json_get(vector, "read"), &read) &&
	    json_bool(json_get(vector, "write"), &write));
	if (!json_member_is(vector, "reason", got.reason) ||
	    !json_member_is(vector, "verdict", license_verdicts[got.verdict]))
		fail_msg("%s: %s, %s", name, license_verdicts[got.verdict],
		    got.reason);
	assert_row(got.read == read && got.write == write, name);
	assert_row(got.until == time_of(json_member(vector, "until")), name);
	assert_row(strcmp(license_says(got.reason), got.reason) != 0, name);
}

static void
test_each_vector(void **state)
{
	struct keyring ring = { .n = 0 };
	struct json *top = vectors_read(&ring);
	const struct json *vectors = json_get(top, "licenses");
	size_t i;

	(void)state;
	for (i = 0; i < json_count(vectors); i++)
		vector_check(&ring, json_at(vectors, i));
	assert_true(i > 70);
}

static void
test_each_list(void **state)
{
	struct keyring ring = { .n = 0 };
	struct json *top = vectors_read(&ring);
	const struct json *vectors = json_get(top, "lists"), *one;
	struct revocations list = { .serial = 0 };
	const char *why;
	size_t i;

	(void)state;
	for (i = 0; i < json_count(vectors); i++) {
		one = json_at(vectors, i);
		why = revocations_read(ctx, &ring, text_of(one, "list"),
		    &list);
		if (why == NULL)
			assert_row(json_is_null(json_get(one, "reason")) &&
			    list.serial == 7, json_member(one, "name"));
		else
			assert_row(json_member_is(one, "reason", why),
			    json_member(one, "name"));
	}
	assert_true(i > 10);
}

static void
test_a_retired_key_verifies_nothing(void **state)
{
	struct keyring ring = { .n = 0 };
	struct json *top = vectors_read(&ring);
	struct license license;
	const char *why;

	(void)state;
	ring.keys[0].state = KEY_RETIRED;
	why = license_read(ctx, &ring, text_of(json_at(json_get(top,
	    "licenses"), 0), "license"), &license);
	assert_string_equal(why, "unknown_key");
}

static void
test_what_a_licence_says(void **state)
{
	struct keyring ring = { .n = 0 };
	struct json *top = vectors_read(&ring);
	struct license license;
	int64_t number;

	(void)state;
	assert_null(license_read(ctx, &ring, text_of(json_at(json_get(top,
	    "licenses"), 0), "license"), &license));
	assert_true(license.token);
	assert_string_equal(license.tenant, "acme");
	assert_string_equal(license.tier, "high");
	assert_string_equal(license.kid, ring.keys[0].kid);
	assert_int_equal(license.version, 3);
	assert_true(json_int(json_get(license.limits, "max_apps"), &number));
	assert_int_equal(number, 500);
}

/* list_of - signs a list with so many ids, as the worker does */
static struct str
list_of(const struct key *key, size_t n)
{
	static const struct token_form form = { REVOCATIONS_TYP,
	    REVOCATIONS_MAX };
	struct json *claims = json_object(ctx), *ids = json_array(ctx);
	const char *token;
	struct uuid id;

	for (; n > 0; n--) {
		uuid7(&id);
		json_add_text(ids, id.text);
	}
	json_put_text(claims, "aud", LICENSE_AUDIENCE);
	json_put_text(claims, "sub", REVOCATIONS_SUBJECT);
	json_put_int(claims, "iat", 1);
	json_put_int(claims, "serial", 1);
	json_put(claims, "revoked", ids);
	assert_int_equal(token_sign_as(ctx, key, &form, claims, &token),
	    ERR_OK);
	return str_of(token);
}

static void
test_the_longest_list_can_be_signed_and_read(void **state)
{
	struct keyring ring = { .n = 1 };
	struct revocations list;

	(void)state;
	assert_int_equal(key_generate(ctx, KEY_LICENSE, &ring.keys[0]),
	    ERR_OK);
	ring.keys[0].state = KEY_ACTIVE;
	assert_null(revocations_read(ctx, &ring, list_of(&ring.keys[0],
	    REVOKED_MAX), &list));
	assert_int_equal(json_count(list.ids), REVOKED_MAX);
	ctx_reset(ctx);
	assert_string_equal(revocations_read(ctx, &ring,
	    list_of(&ring.keys[0], REVOKED_MAX + 1), &list), "bad_payload");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_the_truth_table),
		CTX_TEST(test_time_only_takes_away),
		CTX_TEST(test_each_vector),
		CTX_TEST(test_each_list),
		CTX_TEST(test_a_retired_key_verifies_nothing),
		CTX_TEST(test_what_a_licence_says),
		CTX_TEST(test_the_longest_list_can_be_signed_and_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
