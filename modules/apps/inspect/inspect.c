/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inspector: jar_read() in a sandbox, and its answer checked like any
 * other input, because the child may have been taken over by the JAR.
 */
#include "config.h"

#include <string.h>
#include <sys/stat.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/field_shape.h"
#include "libshared/doors/json.h"
#include "modules/apps/inspect/inspect_private.h"
#include "modules/apps/inspect/sandbox.h"

#define CHILD_MEMORY_MAX	((size_t)128 << 20)
/*
 * Every entry is inflated: sound JARs take 5 to 15 ms for each MiB.  So the
 * time grows with what the uploader sent, not with what it claims to hold.
 */
#define READ_CPU_MS		600
#define READ_CPU_MS_MIB		25
#define CHILD_CPU_S		1	/* more: should the reader forget */
#define WALL_MS			400	/* more than its processor time */
#define STARVED_TIMES		4
#define RELAXED			100	/* times slower under valgrind */

struct question {
	int64_t	 size;
	int	 cpu_ms;
};

const struct inspect_code inspect_codes[] = {
	{ "jar_bad_manifest", "the manifest cannot be understood in one way" },
	{ "jar_bomb", "it would unpack to far more than its size" },
	{ "jar_corrupt", "a part of the archive contradicts itself" },
	{ "jar_duplicate_name", "two entries have one name" },
	{ "jar_encrypted", "an entry is encrypted" },
	{ "jar_fast_jar", "it is a part of a Quarkus fast-jar" },
	{ "jar_gap", "bytes between entries belong to none" },
	{ "jar_mismatch", "local header and central directory differ" },
	{ "jar_multi_disk", "the archive is one part of several" },
	{ "jar_nested_packed", "a nested JAR is deflated" },
	{ "jar_no_main_class", "there is no class to start" },
	{ "jar_no_manifest", "it is a ZIP archive, but no JAR" },
	{ "jar_not_camel", "it is not an Apache Camel application" },
	{ "jar_not_zip", "it is not a ZIP archive" },
	{ "jar_overlap", "two entries share bytes" },
	{ "jar_prefix", "bytes stand before the archive" },
	{ "jar_secrets", "it has credentials in it" },
	{ "jar_stale_signature", "Java refuses it for a signature left in it" },
	{ "jar_symlink", "an entry is neither file nor directory" },
	{ "jar_too_complex", "reading it takes too much time or memory" },
	{ "jar_too_large", "its central directory is too large" },
	{ "jar_truncated", "it was cut off" },
	{ "jar_two_ends", "the archive has two end records" },
	{ "jar_unsafe_name", "an entry's name is not a plain relative path" },
	{ "jar_unsupported", "an entry needs what only other readers have" },
	{ "jar_zip64", "it uses ZIP64" },
	{ NULL, NULL },
};

static void
text_copy(char *to, size_t max, const char *from)
{
	memcpy(to, from, strnlen(from, max - 1));
}

/* In the child. */
static size_t
child_read(int fd, void *arg, void *out, size_t max)
{
	const struct question *question = arg;
	struct ctx *ctx = ctx_new(CHILD_MEMORY_MAX);
	struct inspect_answer *answer = out;

	(void)max;
	answer->err = jar_read(ctx, fd, question->size, question->cpu_ms,
	    &answer->facts);
	if (answer->err != ERR_OK) {
		text_copy(answer->code, INSPECT_CODE_MAX, ctx->fault.code);
		text_copy(answer->detail, INSPECT_DETAIL_MAX,
		    ctx->fault.detail);
	}
	ctx_free(&ctx);
	return sizeof(*answer);
}

static bool
is_text(const char *text, size_t max)
{
	size_t i, len = strnlen(text, max);

	if (len == max)
		return false;
	for (i = 0; i < len; i++)
		if (text[i] < 0x20 || text[i] > 0x7e)
			return false;
	return true;
}

/* A boolean that another process wrote may hold more than 0 and 1. */
static bool
is_bool(const bool *flag)
{
	unsigned char byte;

	memcpy(&byte, flag, 1);
	return byte <= 1;
}

static bool
facts_hold(const struct jar_facts *facts)
{
	uint32_t i;

	if ((unsigned)facts->kind >= JAR_KIND__MAX ||
	    !is_bool(&facts->observability) || !is_bool(&facts->scan_cut) ||
	    !is_bool(&facts->script) ||
	    !is_text(facts->twice_first, JAR_TEXT_MAX) ||
	    facts->ncomponents > JAR_COMPONENTS_MAX ||
	    facts->nfindings > JAR_FINDINGS_MAX ||
	    !is_text(facts->main_class, JAR_TEXT_MAX) ||
	    !is_text(facts->camel_version, JAR_VERSION_MAX) ||
	    !is_text(facts->runtime_version, JAR_VERSION_MAX))
		return false;
	for (i = 0; i < facts->ncomponents; i++)
		if (!is_text(facts->components[i], JAR_COMPONENT_MAX))
			return false;
	for (i = 0; i < facts->nfindings; i++)
		if ((unsigned)facts->findings[i].kind >= JAR_SECRET__MAX ||
		    !is_text(facts->findings[i].entry, JAR_TEXT_MAX) ||
		    !is_text(facts->findings[i].fingerprint,
		    JAR_FINGERPRINT_MAX))
			return false;
	return true;
}

static bool
finding_is_known(const struct jar_finding *finding, const char *known)
{
	return finding->fingerprint[0] != '\0' &&
	    strstr(known, finding->fingerprint) != NULL;
}

/* Every one that refuses the JAR is listed, and may stay. */
static bool
findings_known(const struct jar_facts *facts, const char *known)
{
	uint32_t i, n = 0;

	for (i = 0; i < facts->nfindings; i++)
		n += jar_secret_refuses(facts->findings[i].kind) &&
		    finding_is_known(&facts->findings[i], known);
	return n == facts->refusals;
}

static enum err
findings_tell(struct ctx *ctx, const struct jar_facts *facts,
    const char *known, enum err e)
{
	const struct jar_finding *finding;
	uint32_t i;

	for (i = 0; i < facts->nfindings; i++) {
		finding = &facts->findings[i];
		if (jar_secret_refuses(finding->kind) &&
		    !finding_is_known(finding, known))
			fail_field(ctx, finding->entry,
			    "line %u: %s; fingerprint %s", finding->line,
			    jar_secret_about(finding->kind),
			    finding->fingerprint);
	}
	return e;
}

/* The codes are ours: what the child says only chooses one. */
static enum err
refusal_tell(struct ctx *ctx, const struct inspect_answer *answer,
    const char *known_findings)
{
	const struct inspect_code *known = inspect_codes;
	enum err e;

	if (!is_text(answer->code, INSPECT_CODE_MAX) ||
	    !is_text(answer->detail, INSPECT_DETAIL_MAX))
		return fail(ctx, ERR_INTERNAL, NULL,
		    "the inspector's answer makes no sense");
	if (answer->err != ERR_INVALID)
		return fail(ctx, ERR_INTERNAL, NULL, "inspector: %s: %s",
		    answer->code, answer->detail);
	while (known->code != NULL && strcmp(known->code, answer->code) != 0)
		known++;
	if (known->code == NULL)
		return fail(ctx, ERR_INTERNAL, NULL,
		    "the inspector used an unknown code '%s'", answer->code);
	e = fail(ctx, ERR_INVALID, known->code, "%s", answer->detail);
	if (strcmp(known->code, "jar_secrets") == 0)
		return findings_tell(ctx, &answer->facts, known_findings, e);
	return e;
}

static enum err
end_tell(struct ctx *ctx, enum sandbox_end end)
{
	switch (end) {
	case SANDBOX_LATE:
		return fail(ctx, ERR_INVALID, "jar_too_complex",
		    "reading this JAR takes longer than any sound one");
	case SANDBOX_DIED:
		return fail(ctx, ERR_INVALID, "jar_too_complex",
		    "this JAR cannot be read within the limits of the"
		    " inspector");
	case SANDBOX_STARVED:
		return fail(ctx, ERR_UNAVAILABLE, "inspector_busy",
		    "the inspector got no processor time");
	default:
		return fail(ctx, ERR_INTERNAL, NULL,
		    "no sandbox for the inspector");
	}
}

enum err
inspect_answer_take(struct ctx *ctx, const struct inspect_answer *answer,
    const char *known, struct jar_facts *facts)
{
	if (!facts_hold(&answer->facts))
		return fail(ctx, ERR_INTERNAL, NULL,
		    "the inspector's answer makes no sense");
	if (answer->err != ERR_OK && !(answer->err == ERR_INVALID &&
	    is_text(answer->code, INSPECT_CODE_MAX) &&
	    strcmp(answer->code, "jar_secrets") == 0 &&
	    findings_known(&answer->facts, known)))
		return refusal_tell(ctx, answer, known);
	*facts = answer->facts;
	return ERR_OK;
}

static int
read_ms(int64_t size)
{
	const int mib = (int)(size >> 20);

	return (READ_CPU_MS + mib * READ_CPU_MS_MIB) *
	    (sandbox_is_strict() ? 1 : RELAXED);
}

enum err
inspect_jar(struct ctx *ctx, int fd, int64_t size, const char *known,
    struct jar_facts *facts)
{
	const int cpu_ms = read_ms(size);
	struct question question = { .size = size, .cpu_ms = cpu_ms };
	struct sandbox box = {
		.run = child_read, .arg = &question, .fd = fd,
		.cpu_s = cpu_ms / 1000 + CHILD_CPU_S,
		.wall_ms = cpu_ms + WALL_MS,
		.starved_ms = (cpu_ms + WALL_MS) * STARVED_TIMES,
	};
	struct inspect_answer *answer = arena_get(ctx->mem, sizeof(*answer));
	enum sandbox_end end;
	struct stat st;
	size_t len = 0;

	if (answer == NULL)
		return ERR_TOO_LARGE;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size != size)
		return fail(ctx, ERR_INTERNAL, NULL,
		    "the JAR is not a regular file of %lld bytes",
		    (long long)size);
	end = sandbox_run(&box, answer, sizeof(*answer), &len);
	if (end == SANDBOX_DONE && len != sizeof(*answer))
		end = SANDBOX_DIED;
	if (end != SANDBOX_DONE)
		return end_tell(ctx, end);
	return inspect_answer_take(ctx, answer, known, facts);
}

static const char *const kind_words[] = { "camel-main", "spring-boot",
    "quarkus", NULL };

static const struct field advice_shape[] = {
	SHAPE_TEXT(code),
	SHAPE_TEXT(text),
	FIELD_END_OF("JarAdvice")
};

static const char *const scans[] = { "not scanned", NULL };

static const struct field finding_shape[] = {
	SHAPE_TEXT(entry),
	SHAPE_INT(line),
	SHAPE_TEXT(kind),
	SHAPE_TEXT_ABSENT(fingerprint),	/* of what an owner acknowledged */
	FIELD_END_OF("JarFinding")
};

const struct field inspect_facts_shape[] = {
	SHAPE_CHOICE(kind, kind_words),
	SHAPE_TEXT_OPT(main_class),
	SHAPE_TEXT_ABSENT(camel_version),
	SHAPE_TEXT_ABSENT(runtime_version),
	SHAPE_INT_ABSENT(java_level),
	SHAPE_INT_ABSENT(java_runtime),		/* release.c adds it */
	SHAPE_BOOL(observability),
	SHAPE_INT(entries),
	SHAPE_INT(nested_jars),
	SHAPE_TEXTS(components),
	SHAPE_OBJECTS(warnings, finding_shape),
	SHAPE_OBJECTS(advice, advice_shape),
	SHAPE_BOOL(scan_complete),
	SHAPE_CHOICE(vulnerabilities, scans),	/* release.c adds it */
	FIELD_END_OF("JarFacts")
};

static struct json *
findings_json(struct ctx *ctx, const struct jar_facts *facts)
{
	struct json *list = json_array(ctx), *item;
	uint32_t i;

	for (i = 0; i < facts->nfindings; i++) {
		item = json_object(ctx);
		json_put_text(item, "entry", facts->findings[i].entry);
		json_put_int(item, "line", facts->findings[i].line);
		json_put_text(item, "kind",
		    jar_secret_about(facts->findings[i].kind));
		if (facts->findings[i].fingerprint[0] != '\0')
			json_put_text(item, "fingerprint",
			    facts->findings[i].fingerprint);
		json_add(list, item);
	}
	return list;
}

static void
advice_add(struct ctx *ctx, struct json *list, const char *code,
    const char *text)
{
	struct json *item = json_object(ctx);

	json_put_text(item, "code", code);
	json_put_text(item, "text", text == NULL ? "" : text);
	json_add(list, item);
}

/* What the JAR may keep, but would be better without, or with. */
static struct json *
advice_json(struct ctx *ctx, const struct jar_facts *facts)
{
	struct json *list = json_array(ctx);

	if (facts->twice > 0)
		advice_add(ctx, list, "names_twice", text_printf(ctx->mem,
		    "Names that stand more than once: %u, such as '%s'. Java"
		    " uses one of each, mostly the last. Leave duplicates out,"
		    " and merge files in META-INF/services.", facts->twice,
		    facts->twice_first));
	if (facts->script)
		advice_add(ctx, list, "launch_script",
		    "A launch script stands before the archive. Nothing runs"
		    " it here: turn off <executable> of"
		    " spring-boot-maven-plugin, or launchScript() of"
		    " bootJar.");
	if (!facts->observability)
		advice_add(ctx, list, "no_observability",
		    "camel-observability-services is not in the JAR: nothing"
		    " answers at /observe/health on port 9876. Add it, or"
		    " choose another health check for the application.");
	return list;
}

struct json *
inspect_facts_json(struct ctx *ctx, const struct jar_facts *facts)
{
	struct json *object = json_object(ctx), *list = json_array(ctx);
	uint32_t i;

	for (i = 0; i < facts->ncomponents; i++)
		json_add_text(list, facts->components[i]);
	json_put_text(object, "kind", jar_kind_name(facts->kind));
	json_put_text(object, "main_class", facts->main_class);
	if (facts->camel_version[0] != '\0')
		json_put_text(object, "camel_version", facts->camel_version);
	if (facts->runtime_version[0] != '\0')
		json_put_text(object, "runtime_version",
		    facts->runtime_version);
	if (facts->java_level > 0)
		json_put_int(object, "java_level", facts->java_level);
	json_put_bool(object, "observability", facts->observability);
	json_put_int(object, "entries", facts->entries);
	json_put_int(object, "nested_jars", facts->nested);
	json_put(object, "components", list);
	json_put(object, "warnings", findings_json(ctx, facts));
	json_put(object, "advice", advice_json(ctx, facts));
	json_put_bool(object, "scan_complete", !facts->scan_cut);
	return object;
}
