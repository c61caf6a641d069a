/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures of a library that were left in a fat JAR.
 *
 * A JVM verifies what META-INF/NAME.SF says when a block file of that name
 * lies beside it.  A JAR that was packed anew has a manifest without the
 * entries which the library's signer named: the JVM refuses to start it.
 */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "libshared/base/arena.h"
#include "modules/apps/inspect/jar_private.h"

#define META		"META-INF/"
#define SECTIONS_MAX	(16u << 20)	/* larger ones are not looked at */

/* META-INF/NAME.END, in any case, not in a folder below it. */
static bool
is_meta_file(struct str name, const char *end, struct str *base)
{
	const size_t skip = sizeof(META) - 1, len = strlen(end);

	if (name.len <= skip + len ||
	    strncasecmp(name.p, META, skip) != 0 ||
	    strncasecmp(name.p + name.len - len, end, len) != 0)
		return false;
	*base = (struct str){ name.p + skip, name.len - skip - len };
	return memchr(base->p, '/', base->len) == NULL;
}

static bool
has_block(const struct zip *zip, struct str signer)
{
	static const char *const ends[] = { ".RSA", ".DSA", ".EC" };
	struct str base;
	size_t i, j;

	for (i = 0; i < zip->count; i++)
		for (j = 0; j < nitems(ends); j++)
			if (is_meta_file(zip->entries[i].name, ends[j],
			    &base) && base.len == signer.len &&
			    strncasecmp(base.p, signer.p, base.len) == 0)
				return true;
	return false;
}

/* text stays NULL when there is too much of it. */
static enum err
sections_load(struct ctx *ctx, const struct zip *zip,
    const struct zip_entry *entry, struct str *text)
{
	struct zip_out out = { .max = entry->size };
	enum err e;

	*text = (struct str){ NULL, 0 };
	if (entry->size > SECTIONS_MAX ||
	    (out.to = arena_get(ctx->mem, (size_t)entry->size + 1)) == NULL)
		return ERR_OK;
	if ((e = zip_unpack(ctx, zip, entry, &out)) != ERR_OK)
		return e;
	*text = (struct str){ out.to, out.len };
	return ERR_OK;
}

/* The next section that names an entry; rest moves behind it. */
static bool
section_next(struct str *rest, struct str *name)
{
	struct str section;
	size_t seen;
	char *text;

	while (rest->len > 0) {
		text = (char *)(uintptr_t)rest->p;	/* ours */
		section = (struct str){ text,
		    jar_manifest_unfold(text, rest->len, &seen) };
		if (seen < rest->len)
			seen++;
		rest->p += seen;
		rest->len -= seen;
		if (jar_manifest_value(section, "Name", name) > 0)
			return true;
	}
	return false;
}

static enum err
signer_check(struct ctx *ctx, const struct jar *jar,
    const struct zip_entry *entry)
{
	struct str signer, manifest, signed_name, name;
	enum err e;

	if ((e = sections_load(ctx, &jar->zip, entry, &signer)) != ERR_OK ||
	    (e = sections_load(ctx, &jar->zip, jar->manifest_entry,
	    &manifest)) != ERR_OK)
		return e;
	if (signer.p == NULL || manifest.p == NULL ||
	    !section_next(&signer, &signed_name))
		return ERR_OK;
	while (section_next(&manifest, &name))
		if (name.len == signed_name.len &&
		    memcmp(name.p, signed_name.p, name.len) == 0)
			return ERR_OK;
	return fail(ctx, ERR_INVALID, "jar_stale_signature",
	    "'%s' is the signature of a library that was packed into this"
	    " JAR; Java does not start it: leave META-INF/*.SF, *.DSA, *.RSA"
	    " and *.EC out (<filters> of Maven Shade, exclude in Gradle)",
	    zip_shown(ctx, entry->name));
}

enum err
jar_signature_check(struct ctx *ctx, const struct jar *jar)
{
	const struct zip *zip = &jar->zip;
	struct str signer;
	size_t i;
	enum err e = ERR_OK;

	for (i = 0; i < zip->count && e == ERR_OK; i++)
		if (is_meta_file(zip->entries[i].name, ".SF", &signer) &&
		    has_block(zip, signer))
			e = signer_check(ctx, jar, &zip->entries[i]);
	return e;
}
