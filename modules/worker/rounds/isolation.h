/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The isolation probe of a tenant: what is tried, and what came of it.
 */
#ifndef CAMELEER_ROUNDS_ISOLATION_H
#define CAMELEER_ROUNDS_ISOLATION_H

#include "libshared/base/ctx.h"

struct json;
struct str;

#define ISOLATION_ORDERS_MAX	90	/* less than TRIES_MAX of the probe */

struct isolation_subject { struct uuid tenant, place; const char *slug; };

/*
 * isolation_targets.c: [{"check": "machine", "order": "tcp gateway 5432"}].
 * outside: "192.0.2.1:443", which must answer; "": nothing outside is tried.
 */
enum err isolation_orders(struct ctx *ctx,
    const struct isolation_subject *subject, const char *outside,
    struct json **orders) must_check;
/*
 * Adds what listens on this machine, by the kernel's table (proc(5)) of that
 * text, unless loopback alone reaches it.
 */
void isolation_listeners(struct ctx *ctx, struct str table,
    struct json *orders);
/* The orders as the probe reads them, one a line. */
enum err isolation_text(struct ctx *ctx, const struct json *orders,
    const char **text) must_check;

/* isolation_judge.c: what the probe said, order by order. */
struct isolation_verdict {
	const char	*outcome;	/* one of isolation_outcomes[] */
	const char	*error;		/* for operators; NULL: all is well */
	struct json	*checks;	/* for everybody */
	struct json	*paths;		/* for operators: what is open */
};
void isolation_judge(struct ctx *ctx, const struct json *orders,
    const char *said, struct isolation_verdict *verdict);

#endif
