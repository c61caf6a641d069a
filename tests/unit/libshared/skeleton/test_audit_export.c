/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/skeleton/audit_chain.h"
#include "libshared/skeleton/audit_export.h"
#include "tests/support/fake_sql.h"
#include "tests/support/request.h"

#define TENANT	"00000000-0000-7000-8000-0000000000a0"

static void
row(const char *seq)
{
	fake_row("seq", seq, "hash", AUDIT_START, "tenant_id", TENANT, "id",
	    "i", "at", FAKE_NULL, "actor_id", FAKE_NULL, "actor_kind",
	    FAKE_NULL, "action", "a", "subject_type", FAKE_NULL,
	    "subject_id", FAKE_NULL, "environment", FAKE_NULL, "result",
	    FAKE_NULL, "code", FAKE_NULL, "facts", FAKE_NULL, "request_id",
	    FAKE_NULL, "service", FAKE_NULL, "person", FAKE_NULL, "opened",
	    FAKE_NULL);
}

static void
expect_page(const char *limit)
{
	fake_expect("audit_page", TENANT, "4", limit);
	row("5");
	row("6");
	fake_expect("audit_points", TENANT, "4", "6");
	fake_row("seq", "5", "token", "t.5");
	fake_row("seq", "6", "token", "t.6");
	fake_expect("audit_before", TENANT, "4");
	fake_row("hash", AUDIT_START);
}

static void
test_a_page_has_a_head_events_and_checkpoints_in_order(void **state)
{
	struct audit_range range = { TENANT, 4, 2 };
	struct audit_parsed parsed;
	struct str rest, line;
	struct buf out;
	static const enum audit_line kinds[] = { AUDIT_LINE_PAGE,
	    AUDIT_LINE_RECORD, AUDIT_LINE_CHECKPOINT, AUDIT_LINE_RECORD,
	    AUDIT_LINE_CHECKPOINT };
	int64_t last;
	unsigned i;

	(void)state;
	expect_page("2");
	buf_init(&out, ctx->mem, 1 << 16);
	assert_int_equal(audit_export(ctx, &range, &out, &last), ERR_OK);
	assert_int_equal(last, 6);
	rest = (struct str){ out.p, out.len };
	for (i = 0; i < nitems(kinds); i++) {
		line = str_cut(&rest, '\n');
		assert_int_equal(audit_line_read(ctx, line, &parsed), ERR_OK);
		assert_int_equal(parsed.kind, kinds[i]);
	}
	assert_int_equal(rest.len, 0);
}

static void
test_a_page_without_events_ends_where_it_begins(void **state)
{
	struct audit_range range = { TENANT, 4, 2 };
	struct buf out;
	int64_t last;

	(void)state;
	fake_expect("audit_page", TENANT, "4", "2");
	fake_expect("audit_points", TENANT, "4", "4");
	fake_expect("audit_before", TENANT, "4");
	fake_row("hash", AUDIT_START);
	buf_init(&out, ctx->mem, 1 << 16);
	assert_int_equal(audit_export(ctx, &range, &out, &last), ERR_OK);
	assert_int_equal(last, 4);
}

static void
test_a_page_that_does_not_fit_is_no_page(void **state)
{
	struct audit_range range = { TENANT, 4, 2 };
	struct buf out;
	int64_t last;

	(void)state;
	expect_page("2");
	buf_init(&out, ctx->mem, 600);
	assert_int_equal(audit_export(ctx, &range, &out, &last),
	    ERR_TOO_LARGE);
	assert_string_equal(ctx->fault.code, "page_too_large");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		REQUEST_TEST(
		    test_a_page_has_a_head_events_and_checkpoints_in_order),
		REQUEST_TEST(test_a_page_without_events_ends_where_it_begins),
		REQUEST_TEST(test_a_page_that_does_not_fit_is_no_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
