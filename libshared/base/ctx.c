/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first failure, and contexts for programs without a service.
 */
#include "config.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/ctx.h"
#include "libshared/base/str.h"

#define DETAIL_MAX	512	/* bytes of a detail with the NUL */
#undef fail		/* the macro for the analyzer */
#define FIELD_NAME_MAX	256	/* bytes of a field name that we repeat */
#define SECRETS_MAX	((size_t)256 << 10)

/*
 * cut_len - returns the length of text, at most max, ending between characters
 */
static size_t
cut_len(const char *text, size_t max)
{
	size_t len = strnlen(text, max + 1);

	if (len <= max)
		return len;
	len = max;
	while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--;
	return len;
}

static const char *
detail_of(struct ctx *ctx, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

static const char *
detail_of(struct ctx *ctx, const char *fmt, va_list ap)
{
	char text[DETAIL_MAX + 4];	/* room to notice that it was cut */
	const char *copy;

	if (vsnprintf(text, sizeof(text), fmt, ap) < 0)
		return "(no detail)";
	copy = arena_text(ctx->mem, text, cut_len(text, DETAIL_MAX - 1));
	return copy == NULL ? "(no memory left for the detail)" : copy;
}

enum err
fail(struct ctx *ctx, enum err e, const char *code, const char *fmt, ...)
{
	va_list ap;

	assert(e != ERR_OK);
	if (ctx->fault.err != ERR_OK)
		return e;
	ctx->fault.err = e;
	ctx->fault.code = code == NULL ? err_code(e) : code;
	va_start(ap, fmt);
	ctx->fault.detail = detail_of(ctx, fmt, ap);
	va_end(ap);
	return e;
}

void
fail_field(struct ctx *ctx, const char *field, const char *fmt, ...)
{
	struct fault_field *slot;
	const char *name;
	va_list ap;

	if (ctx->fault.nfields == FAULT_FIELDS_MAX)
		return;
	slot = &ctx->fault.fields[ctx->fault.nfields++];
	name = arena_text(ctx->mem, field, cut_len(field, FIELD_NAME_MAX));
	slot->field = name == NULL ? "" : name;
	va_start(ap, fmt);
	slot->detail = detail_of(ctx, fmt, ap);
	va_end(ap);
}

enum err
fail_at(struct ctx *ctx, const char *field, enum err e)
{
	if (ctx->fault.detail != NULL)
		fail_field(ctx, field, "%s", ctx->fault.detail);
	return e;
}

void
fail_retry(struct ctx *ctx, int64_t seconds)
{
	ctx->fault.retry_s = seconds < 1 ? 1 : seconds;
}

void
fail_clear(struct ctx *ctx)
{
	ctx->fault = (struct fault){ .err = ERR_OK };
}

struct ctx *
ctx_new(size_t mem_max)
{
	struct ctx *ctx;

	ctx = calloc(1, sizeof(*ctx));
	if (ctx == NULL)
		abort();
	ctx->mem = arena_new(mem_max, 0);
	ctx->secrets = arena_new(SECRETS_MAX, ARENA_WIPE);
	return ctx;
}

void
ctx_free(struct ctx **ctx)
{
	if (ctx == NULL || *ctx == NULL)
		return;
	arena_free(&(*ctx)->mem);
	arena_free(&(*ctx)->secrets);
	free(*ctx);
	*ctx = NULL;
}

void
ctx_reset(struct ctx *ctx)
{
	arena_reset(ctx->mem);
	arena_reset(ctx->secrets);
	*ctx = (struct ctx){
		.mem = ctx->mem, .secrets = ctx->secrets,
		.db = ctx->db, .service = ctx->service,
	};
}

void
ctx_part(struct ctx *part, const struct ctx *whole)
{
	ctx_reset(part);
	part->db = whole->db;
	part->service = whole->service;
	part->who = whole->who;
	part->request_id = whole->request_id;
}
