/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The application's own entries: what Java its classes need, and whether
 * somebody left a credential in a text or in a constant.
 *
 * In a flat archive libraries lie beside the application, so their classes
 * are told apart by their packages.  Texts are looked at everywhere.
 */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "libshared/base/arena.h"
#include "libshared/doors/crypto.h"
#include "modules/apps/inspect/jar_private.h"

#define PIECE_MAX	(1u << 20)	/* of one entry */
#define ALL_MAX		(24u << 20)	/* of all of them */
#define FINGERPRINTED_MAX	8192u	/* of a credential's characters */
#define CLASS_MAGIC	0xcafebabeu
#define CLASS_JAVA_0	44u		/* major version 61 is Java 17 */

struct scan {
	struct jar_facts	*facts;
	const struct zip_entry	*entry;
	struct ctx		*ctx;
	char			*piece;
	size_t			 left;
};

/* Packages of what a Camel application is usually packed with. */
static const char *const library_roots[] = {
	"META-INF/", "android/", "ch/qos/", "com/aayushatharva/",
	"com/amazonaws/", "com/azure/", "com/datastax/", "com/fasterxml/",
	"com/github/", "com/google/", "com/hazelcast/", "com/ibm/",
	"com/jayway/", "com/microsoft/", "com/mongodb/", "com/mysql/",
	"com/rabbitmq/", "com/sun/", "com/zaxxer/", "google/", "groovy/",
	"io/agroal/", "io/apicurio/", "io/fabric8/", "io/grpc/",
	"io/micrometer/", "io/netty/", "io/opentelemetry/", "io/perfmark/",
	"io/prometheus/", "io/quarkus/", "io/quarkiverse/", "io/smallrye/",
	"io/swagger/", "io/vertx/", "jakarta/", "javax/", "junit/",
	"kotlin/", "mozilla/", "net/bytebuddy/", "okhttp3/", "okio/",
	"oracle/", "org/", "reactor/", "scala/", "software/amazon/",
};

static bool
ends_with(struct str name, const char *end)
{
	size_t len = strlen(end);

	return name.len >= len &&
	    strncasecmp(name.p + name.len - len, end, len) == 0;
}

/* The main class lies in its own package, whatever that is called. */
static bool
is_beside_main(const struct jar *jar, struct str name)
{
	const char *class = jar->facts->main_class;
	const char *dot = strrchr(class, '.');
	size_t i, len = dot == NULL ? 0 : (size_t)(dot - class) + 1;

	if (dot == NULL)
		return memchr(name.p, '/', name.len) == NULL;
	if (name.len < len)
		return false;
	for (i = 0; i < len; i++)
		if ((class[i] == '.' ? '/' : class[i]) != name.p[i])
			return false;
	return true;
}

static bool
is_application_class(const struct jar *jar, struct str name)
{
	size_t i;

	if (!ends_with(name, ".class") || ends_with(name, "module-info.class"))
		return false;	/* what is on a class path is in no module */
	if (jar->classes[0] != '\0')
		return str_starts(name, jar->classes);
	if (jar->facts->kind != JAR_QUARKUS && is_beside_main(jar, name))
		return true;
	for (i = 0; i < nitems(library_roots); i++)
		if (str_starts(name, library_roots[i]))
			return false;
	return true;
}

static struct str
file_of(struct str name)
{
	const char *slash = memrchr(name.p, '/', name.len);

	if (slash == NULL)
		return name;
	return (struct str){ slash + 1,
	    name.len - (size_t)(slash + 1 - name.p) };
}

static bool
is_text(struct str name)
{
	static const char *const ends[] = { ".properties", ".yaml", ".yml",
	    ".json", ".xml", ".env", ".pem", ".key", ".crt", ".conf", ".cfg",
	    ".config", ".ini", ".txt", ".toml", ".sh", ".groovy", ".sql",
	    ".npmrc", ".netrc", ".pgpass", ".git-credentials", "credentials",
	    "id_rsa", "id_ecdsa", "id_ed25519" };
	size_t i;

	for (i = 0; i < nitems(ends); i++)
		if (ends_with(name, ends[i]))
			return true;
	return false;
}

static bool
is_key_store(struct str name)
{
	return ends_with(name, ".jks") || ends_with(name, ".p12") ||
	    ends_with(name, ".pfx") || ends_with(name, ".keystore");
}

/* Elsewhere a line "password: …" is a message or a schema. */
static bool
is_config(struct str name)
{
	struct str file = file_of(name);

	return str_starts(file, "application") ||
	    str_starts(file, "bootstrap") || ends_with(file, ".env") ||
	    str_is(file, "credentials") || str_starts(name, "config/") ||
	    str_starts(name, "camel/") ||
	    str_starts(name, "BOOT-INF/classes/config/") ||
	    str_starts(name, "BOOT-INF/classes/camel/");
}

bool
jar_scan_reads(const struct jar *jar, struct str name)
{
	return is_application_class(jar, name) || is_config(name);
}

/*
 * The same credential has the same one, wherever it stands and however it is
 * folded.  Only of what nobody can guess: a password has none.
 */
static void
finding_mark(struct jar_finding *finding, struct str text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/=-_.";
	char copy[FINGERPRINTED_MAX + 1], hex[SHA256_HEX_MAX];
	size_t i, n = 0;

	if (!jar_secret_refuses(finding->kind))
		return;
	for (i = 0; i < text.len && n < FINGERPRINTED_MAX; i++)
		if (memchr(plain, text.p[i], sizeof(plain) - 1) != NULL)
			copy[n++] = text.p[i];
	copy[n] = '\0';
	token_digest(copy, hex);
	memcpy(finding->fingerprint, hex, JAR_FINGERPRINT_MAX - 1);
	secret_wipe(copy, sizeof(copy));
}

static void
finding_add(void *arg, enum jar_secret kind, uint32_t line, struct str text)
{
	struct scan *scan = arg;
	struct jar_facts *facts = scan->facts;
	struct jar_finding *finding;
	const char *shown;
	size_t len;

	facts->findings_seen++;
	facts->refusals += jar_secret_refuses(kind);
	if (facts->nfindings < JAR_FINDINGS_MAX)
		finding = &facts->findings[facts->nfindings++];
	else if (facts->refusals == 1 && jar_secret_refuses(kind))
		finding = &facts->findings[0];	/* it must be named */
	else
		return;
	shown = zip_shown(scan->ctx, scan->entry->name);
	len = strnlen(shown, JAR_TEXT_MAX - 1);
	memset(finding, 0, sizeof(*finding));
	finding->kind = kind;
	finding->line = line;
	memcpy(finding->entry, shown, len);
	finding_mark(finding, text);
}

static enum err
scan_entry(struct scan *scan, const struct jar *jar, unsigned flags)
{
	struct zip_out out = { .to = scan->piece,
	    .max = scan->left < PIECE_MAX ? scan->left : PIECE_MAX };
	enum err e;

	if (scan->entry->size > out.max)
		scan->facts->scan_cut = true;
	e = zip_unpack(scan->ctx, &jar->zip, scan->entry, &out);
	if (e != ERR_OK)
		return e;
	scan->left -= out.len;
	jar_secret_scan(scan->piece, out.len, flags, finding_add, scan);
	return ERR_OK;
}

static enum err
scan_class(struct scan *scan, const struct jar *jar)
{
	const uint8_t *p = (const uint8_t *)scan->piece;
	uint32_t major;
	enum err e;

	memset(scan->piece, 0, 8);
	if ((e = scan_entry(scan, jar, JAR_SCAN_BINARY)) != ERR_OK)
		return e;
	if (((uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3]) != CLASS_MAGIC)
		return ERR_OK;
	major = (uint32_t)p[6] << 8 | p[7];
	if (major > CLASS_JAVA_0 &&
	    major - CLASS_JAVA_0 > scan->facts->java_level)
		scan->facts->java_level = major - CLASS_JAVA_0;
	return ERR_OK;
}

enum err
jar_scan(struct ctx *ctx, struct jar *jar)
{
	struct scan scan = { .facts = jar->facts, .ctx = ctx,
	    .left = ALL_MAX, .piece = arena_get(ctx->mem, PIECE_MAX) };
	struct str name;
	size_t i;
	enum err e = ERR_OK;

	if (scan.piece == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "arena too small");
	for (i = 0; i < jar->zip.count && e == ERR_OK; i++) {
		scan.entry = &jar->zip.entries[i];
		name = scan.entry->name;
		if ((e = zip_time(ctx, jar->zip.work)) != ERR_OK)
			return e;
		if (is_application_class(jar, name))
			e = scan_class(&scan, jar);
		else if (is_key_store(name))
			finding_add(&scan, JAR_SECRET_KEY_STORE, 0,
			    (struct str){ NULL, 0 });
		else if (is_text(name))
			e = scan_entry(&scan, jar,
			    is_config(name) ? JAR_SCAN_CONFIG : 0);
	}
	return e;
}
