/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ZIP reader that refuses whatever two readers could understand differently.
 *
 * It reads a held file descriptor at offsets, never by name, and extracts
 * nothing.  The bytes must be: perhaps a script, then local header, data,
 * optional descriptor, again and again without a gap, then the central
 * directory, then one end record.
 */
#ifndef CAMELEER_ZIP_H
#define CAMELEER_ZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/ctx.h"
#include "libshared/base/str.h"

#define ZIP_ENTRIES_MAX		65534u	/* 65,535 announces a ZIP64 archive */
#define ZIP_ENTRIES_ALL_MAX	(256u << 10)	/* of all nested archives */
#define ZIP_NAME_MAX		1024u
#define ZIP_DIRECTORY_MAX	(16u << 20)
#define ZIP_UNPACKED_MAX	((int64_t)1 << 30)	/* as declared, all */
#define ZIP_RATIO_MAX		200	/* unpacked to packed above a floor */
#define ZIP_RATIO_FLOOR		(1u << 20)
#define ZIP_SCRIPT_MAX		(64u << 10)	/* before the first entry */

enum zip_method { ZIP_STORED = 0, ZIP_DEFLATED = 8 };

struct zip_entry {
	struct str	 name;		/* UTF-8, relative, no ".." */
	/* of its local header, in the archive */
	int64_t		 header;
	int64_t		 data;		/* where the packed bytes begin */
	uint32_t	 packed, size, crc;
	uint32_t	 place;		/* in the central directory */
	uint16_t	 method, flags;
};

struct zip_lost;

/* What one reading shares among an archive and those nested in it. */
struct zip_work;

struct zip {
	struct zip_work	*work;
	int64_t		 base, size;	/* the archive's place in the file */
	struct zip_entry *entries;	/* in the order of their names */
	struct zip_entry *spare;	/* as many; what sorting needs */
	size_t		 count;
	int64_t		 script;	/* length of what starts it, or 0 */
	struct zip_lost	*lost;		/* entries that are in no record */
};

/* fd stays the caller's; cpu_ms is what the whole reading may cost. */
struct zip_work *zip_work_new(struct ctx *ctx, int fd, int cpu_ms) must_check;

/* ERR_INVALID with a code jar_... and the rule when it is not one sound ZIP. */
enum err zip_open(struct ctx *ctx, struct zip_work *work, int64_t size,
    struct zip *zip) must_check;
/* The same for an archive stored inside one; one level deep. */
enum err zip_open_nested(struct ctx *ctx, const struct zip *outer,
    const struct zip_entry *entry, struct zip *zip) must_check;

/* NULL when there is none; of several that one which a JVM takes: the last. */
const struct zip_entry *zip_find(const struct zip *zip, const char *name);
/* Index of the first entry whose name is not below the prefix. */
size_t zip_lower(const struct zip *zip, const char *prefix);
/* Entry i has the name of the one before it; by place they are in order. */
bool zip_is_again(const struct zip *zip, size_t i);

struct zip_out {
	void	*to;
	size_t	 max;
	size_t	 len;		/* set */
};

/*
 * Unpacks the first out->max bytes.  An entry that fits is compared with its
 * declared length and CRC; of a longer one only the beginning is seen.
 */
enum err zip_unpack(struct ctx *ctx, const struct zip *zip,
    const struct zip_entry *entry, struct zip_out *out) must_check;

/* Is the data of each entry as long as it says, with the checksum it says? */
enum err zip_check_data(struct ctx *ctx, const struct zip *zip) must_check;
/* Do two entries hold the same bytes? */
enum err zip_compare(struct ctx *ctx, const struct zip *zip,
    const struct zip_entry *a, const struct zip_entry *b, bool *same)
    must_check;

/* ERR_INVALID jar_too_complex when the reading has cost too much by now. */
enum err zip_time(struct ctx *ctx, struct zip_work *work) must_check;

/* A name for a message: printable ASCII, short. */
const char *zip_shown(struct ctx *ctx, struct str name);

#endif
