/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one record of a central directory may say.
 *
 * Measured over 540 real JARs: none breaks a rule of this file.  Start
 * reading at zip_rule_record(), at the bottom.
 */
#include "config.h"

#include <sys/stat.h>

#include "modules/apps/inspect/zip_private.h"

#define FLAGS_KNOWN	(0x0006u | ZIP_FLAG_DESCRIPTOR | ZIP_FLAG_UTF8)
#define FLAGS_ENCRYPTED	(0x0001u | 0x0040u | 0x2000u)
#define SIZE_ELSEWHERE	0xffffffffu	/* in a ZIP64 extra field */
#define EXTRA_ZIP64	0x0001u
#define EXTRA_NAME	0x7075u		/* Info-ZIP: another name, in UTF-8 */
#define MODE_UNSET	0xffffu		/* some writers fill with ones */

static const char *
part_fault(struct str part)
{
	if (part.len == 0)
		return "has an empty part";
	if (str_is(part, "."))
		return "has a part '.'";
	if (str_is(part, ".."))
		return "has a part '..'";
	return NULL;
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* NULL when the name is a plain relative path. */
static const char *
name_fault(struct str name)
{
	struct str rest = name, part;
	const char *why;
	size_t i;

	if (name.len == 0)
		return "is empty";
	if (name.len > ZIP_NAME_MAX)
		return "is longer than 1024 bytes";
	for (i = 0; i < name.len; i++) {
		if (name.p[i] == '\\')
			return "has a backslash";
		if ((unsigned char)name.p[i] < 0x20 || name.p[i] == 0x7f)
			return "has a control character";
	}
	if (!str_utf8(name))
		return "is not UTF-8";
	if (name.p[0] == '/')
		return "is absolute";
	if (name.len >= 2 && name.p[1] == ':' && is_letter(name.p[0]))
		return "names a drive";
	while (rest.len > 0) {
		part = str_cut(&rest, '/');
		if ((why = part_fault(part)) != NULL)
			return why;
	}
	return NULL;
}

/* What of the entry, and why, in one sentence. */
static enum err
entry_refuse(struct ctx *ctx, const struct zip_record *record, const char *code,
    const char *what)
{
	return fail(ctx, ERR_INVALID, code, "entry '%s' %s",
	    zip_shown(ctx, record->name), what);
}

static enum err
rule_flags(struct ctx *ctx, const struct zip_record *record)
{
	if (record->flags & FLAGS_ENCRYPTED)
		return entry_refuse(ctx, record, "jar_encrypted",
		    "is encrypted");
	if (record->flags & ~FLAGS_KNOWN)
		return entry_refuse(ctx, record, "jar_unsupported",
		    "sets flags that only other readers know");
	if (record->method != ZIP_STORED && record->method != ZIP_DEFLATED)
		return entry_refuse(ctx, record, "jar_unsupported",
		    "is neither stored nor deflated");
	return ERR_OK;
}

static enum err
rule_mode(struct ctx *ctx, const struct zip_record *record)
{
	uint32_t type = record->mode & S_IFMT;

	if (record->mode == MODE_UNSET || type == 0 || type == S_IFREG ||
	    type == S_IFDIR)
		return ERR_OK;
	return entry_refuse(ctx, record, "jar_symlink", type == S_IFLNK ?
	    "is a symbolic link" : "is a special file");
}

static enum err
rule_size(struct ctx *ctx, const struct zip_record *record)
{
	bool dir = record->name.p[record->name.len - 1] == '/';

	if (dir && record->size != 0)
		return entry_refuse(ctx, record, "jar_corrupt",
		    "is a directory with content");
	if (record->method == ZIP_STORED && record->packed != record->size)
		return entry_refuse(ctx, record, "jar_corrupt",
		    "is stored and has two sizes");
	if (record->method == ZIP_DEFLATED && record->packed < 2)
		return entry_refuse(ctx, record, "jar_corrupt",
		    "is shorter than any deflated data");
	if (record->size > ZIP_RATIO_FLOOR &&
	    record->size / ZIP_RATIO_MAX >= record->packed)
		return entry_refuse(ctx, record, "jar_bomb",
		    "would unpack to more than 200 times its size");
	return ERR_OK;
}

/*
 * Writers that do not know a length yet make room for a long one in the local
 * header; libraries of today have it.  It must hold what the directory says.
 */
static bool
zip64_agrees(const struct zip_record *record, const uint8_t *p, size_t len)
{
	return record->local && len == 16 &&
	    zip_u32(p + 4) == 0 && zip_u32(p + 12) == 0 &&
	    ((zip_u32(p) == 0 && zip_u32(p + 8) == 0) ||
	    (zip_u32(p) == record->size && zip_u32(p + 8) == record->packed));
}

enum err
zip_rule_extra(struct ctx *ctx, const struct zip_record *record)
{
	const uint8_t *p = record->extra;
	size_t left = record->extra_len, len;
	unsigned id;

	while (left >= 4) {
		id = zip_u16(p);
		len = zip_u16(p + 2);
		if (len > left - 4)
			break;
		if (id == EXTRA_ZIP64 && !zip64_agrees(record, p + 4, len))
			return entry_refuse(ctx, record, "jar_zip64",
			    "uses ZIP64, which is not accepted");
		if (id == EXTRA_NAME)
			return entry_refuse(ctx, record, "jar_mismatch",
			    "has a second name in an extra field");
		p += 4 + len;
		left -= 4 + len;
	}
	if (left == 0)
		return ERR_OK;
	return entry_refuse(ctx, record, "jar_corrupt",
	    "has a broken extra field");
}

enum err
zip_rule_record(struct ctx *ctx, const struct zip_record *record)
{
	const char *why;
	enum err e;

	if ((why = name_fault(record->name)) != NULL)
		return fail(ctx, ERR_INVALID, "jar_unsafe_name",
		    "the name '%s' %s", zip_shown(ctx, record->name), why);
	if (record->disk != 0)
		return entry_refuse(ctx, record, "jar_multi_disk",
		    "is on another disk");
	if (record->packed == SIZE_ELSEWHERE ||
	    record->size == SIZE_ELSEWHERE || record->header == SIZE_ELSEWHERE)
		return entry_refuse(ctx, record, "jar_zip64",
		    "uses ZIP64, which is not accepted");
	if ((e = rule_flags(ctx, record)) != ERR_OK)
		return e;
	if ((e = rule_mode(ctx, record)) != ERR_OK)
		return e;
	if ((e = rule_size(ctx, record)) != ERR_OK)
		return e;
	return zip_rule_extra(ctx, record);
}
