/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the ZIP reader know of each other.
 */
#ifndef CAMELEER_ZIP_PRIVATE_H
#define CAMELEER_ZIP_PRIVATE_H

#include "modules/apps/inspect/zip.h"

#define ZIP_TAIL_MAX	(22 + 65535)	/* end record and longest comment */
#define ZIP_CHUNK	(64u << 10)

#define ZIP_FLAG_DESCRIPTOR	0x0008u	/* sizes follow the data */
#define ZIP_FLAG_UTF8		0x0800u

#define ZIP_SIG_LOCAL		0x04034b50u
#define ZIP_SIG_CENTRAL		0x02014b50u
#define ZIP_SIG_END		0x06054b50u
#define ZIP_SIG_DESCRIPTOR	0x08074b50u
#define ZIP_SIG_LOCATOR64	0x07064b50u

struct zip_inflater;

struct zip_work {
	int			 fd;
	int64_t			 cpu_end_ns;
	unsigned		 ticks;		/* until the clock is read */
	int64_t			 unpacked;	/* declared so far */
	size_t			 entries;	/* so far */
	struct zip_inflater	*inflater;
	uint8_t			 tail[ZIP_TAIL_MAX];
	uint8_t			 chunk[ZIP_CHUNK];
	uint8_t			 scrap[ZIP_CHUNK];
};

/* One record of the central directory, before it is believed. */
struct zip_record {
	struct str	 name;
	const uint8_t	*extra;
	size_t		 extra_len;
	uint32_t	 crc, packed, size, header;
	uint32_t	 mode;		/* external attributes, upper half */
	uint16_t	 flags, method, disk;
	bool		 local;		/* of a local header */
};

static inline uint16_t
zip_u16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t
zip_u32(const uint8_t *p)
{
	return (uint32_t)zip_u16(p) | (uint32_t)zip_u16(p + 2) << 16;
}

/* zip_io.c: bytes of the archive; ERR_INVALID when it ends before. */
enum err zip_read(struct ctx *ctx, const struct zip *zip, int64_t at,
    void *out, size_t len) must_check;

typedef int (*zip_order_fn)(const struct zip_entry *a,
    const struct zip_entry *b);

/* zip_sort.c */
enum err zip_sort(struct ctx *ctx, struct zip *zip, zip_order_fn order)
    must_check;

/* zip_rule.c: may this record stand in an archive at all? */
enum err zip_rule_record(struct ctx *ctx, const struct zip_record *record)
    must_check;
/* The extra field alone; a local header has one of its own. */
enum err zip_rule_extra(struct ctx *ctx, const struct zip_record *record)
    must_check;

/* zip_name.c: the order of names, and whether they go together. */
int zip_name_order(const struct zip_entry *a, const struct zip_entry *b);
/* No file has the name of a directory.  The entries are sorted. */
enum err zip_name_check(struct ctx *ctx, const struct zip *zip) must_check;

/* zip_lost.c: *end moves behind whole entries before next that are lost. */
enum err zip_lost_skip(struct ctx *ctx, struct zip *zip, int64_t next,
    int64_t *end) must_check;
/* Each of them is a copy of one that is not.  The entries are sorted. */
enum err zip_lost_check(struct ctx *ctx, const struct zip *zip) must_check;

/* zip_layout.c: do local headers say the same, and is every byte theirs? */
enum err zip_layout(struct ctx *ctx, struct zip *zip, int64_t directory)
    must_check;

#endif
