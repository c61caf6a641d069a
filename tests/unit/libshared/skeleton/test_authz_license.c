/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/unit_ctx.h"

#include <string.h>
#include <time.h>

#include "libshared/base/str.h"
#include "libshared/skeleton/authz.h"
#include "tests/support/rows.h"

#define DAY	INT64_C(86400)

/* What a licence in each state permits; days from now. */
static const struct {
	const char	*name, *state;
	int		 valid_d, grace_d;
	/* NULL, or the code: a write, a read of the product, of the tenant */
	const char	*write, *product, *tenant;
} rows[] = {
	{ "none yet", NULL, 0, 0, NULL, NULL, NULL },
	{ "active", "active", 20, 27, NULL, NULL, NULL },
	{ "expiring", "active", 3, 10, NULL, NULL, NULL },
	{ "grace", "active", -1, 6, "license_read_only", NULL, NULL },
	{ "expired", "active", -8, -1, "license_ended", "license_ended",
	    NULL },
	{ "suspended", "suspended", -1, 6, "license_read_only", NULL, NULL },
	{ "suspended for a week", "suspended", -8, -1, "license_ended",
	    "license_ended", NULL },
	{ "revoked", "revoked", 20, 27, "license_ended", "license_ended",
	    NULL },
};

static bool
gate_says(enum perm perm, bool write, const char *code)
{
	enum err e;

	fail_clear(ctx);
	e = authz_license(ctx, perm, write);
	return code == NULL ? e == ERR_OK : e == ERR_FORBIDDEN &&
	    strcmp(ctx->fault.code, code) == 0;
}

static void
test_each_state(void **state)
{
	int64_t now = (int64_t)time(NULL);
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		ctx->who.license_state = rows[i].state;
		ctx->who.license_valid_s = now + rows[i].valid_d * DAY;
		ctx->who.license_grace_s = now + rows[i].grace_d * DAY;
		assert_row(gate_says(PERM_APP_DEPLOY, true, rows[i].write),
		    rows[i].name);
		assert_row(gate_says(PERM_TENANT_MANAGE, true,
		    rows[i].write), rows[i].name);
		assert_row(gate_says(PERM_APP_READ, false, rows[i].product),
		    rows[i].name);
		assert_row(gate_says(PERM_SERVER_USE, false,
		    rows[i].product), rows[i].name);
		assert_row(gate_says(PERM_LICENSE_READ, false,
		    rows[i].tenant), rows[i].name);
	}
}

static void
test_the_detail_says_until_when(void **state)
{
	(void)state;
	ctx->who.license_state = "active";
	ctx->who.license_valid_s = 1;
	ctx->who.license_grace_s = 4102444800;
	assert_int_equal(authz_license(ctx, PERM_APP_MANAGE, true),
	    ERR_FORBIDDEN);
	assert_non_null(strstr(ctx->fault.detail, "until "
	    "2100-01-01T00:00:00Z"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_each_state),
		CTX_TEST(test_the_detail_says_until_when),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
