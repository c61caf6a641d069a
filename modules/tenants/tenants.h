/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of tenants.fcgi: handlers by file. */
#ifndef CAMELEER_TENANTS_H
#define CAMELEER_TENANTS_H

#include "libshared/ctx.h"
#include "libshared/field.h"

/* operations.c: long work, followed step by step. */
enum err operation_get(struct ctx *ctx);
enum err operation_list(struct ctx *ctx);
extern const struct field operation_view[], operation_row_view[];

/* members.c: who is in the tenant. */
enum err member_list(struct ctx *ctx);
extern const struct field member_view[];

/* trail.c: what happened in the tenant. */
enum err audit_list(struct ctx *ctx);
extern const struct field audit_query[], audit_view[];

/* ?limit= and ?after= of a list whose cursor is an id. */
struct page_in { int64_t limit; struct uuid after; };
extern const struct field page_query[];
enum err page_read(struct ctx *ctx, struct page_in *page) must_check;

#endif
