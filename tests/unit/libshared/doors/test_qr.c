/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "tests/support/unit_ctx.h"

#include "libshared/doors/qr.h"

/* tests/http lets another program read the code. */
static void
test_picture_is_one_path_with_a_quiet_zone(void **state)
{
	const char *svg, *box;
	long side;

	(void)state;
	assert_int_equal(qr_svg(ctx, "hello", &svg), ERR_OK);
	assert_ptr_equal(strstr(svg, "<svg xmlns="), svg);
	box = strstr(svg, "viewBox=\"-4 -4 ");
	assert_non_null(box);
	side = strtol(box + strlen("viewBox=\"-4 -4 "), NULL, 10);
	assert_int_equal(side, 21 + 8);		/* version 1 */
	/* the finder pattern's upper edge: seven dark squares */
	assert_non_null(strstr(svg, "M0 0h7v1h-7z"));
	assert_null(strstr(svg, "<script"));
	assert_string_equal(svg + strlen(svg) - 9, "\"/></svg>");
}

static void
test_longest_text_fits_and_a_longer_one_is_refused(void **state)
{
	char text[QR_TEXT_MAX + 2];
	const char *svg;

	(void)state;
	memset(text, '%', sizeof(text));
	text[QR_TEXT_MAX] = '\0';
	assert_int_equal(qr_svg(ctx, text, &svg), ERR_OK);
	text[QR_TEXT_MAX] = '%';
	text[QR_TEXT_MAX + 1] = '\0';
	assert_int_equal(qr_svg(ctx, text, &svg), ERR_TOO_LARGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_picture_is_one_path_with_a_quiet_zone),
		CTX_TEST(test_longest_text_fits_and_a_longer_one_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
