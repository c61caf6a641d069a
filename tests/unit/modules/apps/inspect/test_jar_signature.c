/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <unistd.h>

#include "tests/support/archive.h"
#include "tests/support/rows.h"
#include "tests/support/unit_ctx.h"

#include "libshared/base/str.h"
#include "modules/apps/inspect/jar.h"

#define MAIN	"Manifest-Version: 1.0\r\nMain-Class: demo.App\r\n\r\n"
#define ENTRY	"Name: demo/App.class\r\nSHA-256-Digest: x\r\n\r\n"
#define FOLDED	"Name: demo/A\r\n pp.class\r\nSHA-256-Digest: x\r\n\r\n"
#define OTHER	"Name: lib/Other.class\r\nSHA-256-Digest: x\r\n\r\n"
#define SIGNED	"Signature-Version: 1.0\r\n\r\n"

static enum err
read_signed(const char *manifest, const char *name, const char *text,
    const char *block)
{
	static const uint8_t class[] = { 0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 61 };
	struct archive *archive = archive_new();
	struct jar_facts facts;
	int64_t size;
	enum err e;
	int fd;

	ctx_reset(ctx);
	archive_add_text(archive, "META-INF/MANIFEST.MF", manifest);
	archive_add(archive, "demo/App.class", class, sizeof(class));
	archive_add_text(archive, "org/apache/camel/CamelContext.class", "");
	archive_add_text(archive, "org/apache/camel/main/Main.class", "");
	archive_add_text(archive, name, text);
	archive_add_text(archive, block, "block");
	fd = archive_done(&archive, &size);
	e = jar_read(ctx, fd, size, 60000, &facts);
	close(fd);
	return e;
}

/* tests/interop/test_jvm.py asks a JVM about similar JARs. */
static void
test_signature_that_a_jvm_refuses_is_refused(void **state)
{
	static const struct { const char *row, *manifest, *name, *text, *block;
		bool stale; } rows[] = {
		{ "signed", MAIN ENTRY, "META-INF/A.SF", SIGNED ENTRY,
		    "META-INF/A.RSA", false },
		{ "folded", MAIN OTHER FOLDED, "META-INF/A.SF", SIGNED ENTRY,
		    "META-INF/A.EC", false },
		{ "none named", MAIN, "META-INF/A.SF", SIGNED,
		    "META-INF/A.RSA", false },
		{ "left over", MAIN, "META-INF/BC2048KE.SF", SIGNED OTHER,
		    "META-INF/BC2048KE.DSA", true },
		{ "any case", MAIN ENTRY, "meta-inf/a.sf", SIGNED OTHER,
		    "META-INF/A.rsa", true },
		{ "no block", MAIN, "META-INF/A.SF", SIGNED OTHER,
		    "META-INF/B.RSA", false },
		{ "in a folder", MAIN, "META-INF/x/A.SF", SIGNED OTHER,
		    "META-INF/x/A.RSA", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		assert_row((read_signed(rows[i].manifest, rows[i].name,
		    rows[i].text, rows[i].block) == ERR_INVALID) ==
		    rows[i].stale, rows[i].row);
		if (rows[i].stale)
			assert_string_equal(ctx->fault.code,
			    "jar_stale_signature");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_signature_that_a_jvm_refuses_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
