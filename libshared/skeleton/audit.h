/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The audit trail: who did what to what, from where, and what came of it.
 *
 * Rows are written by the dispatcher, in the transaction of the change; a
 * refusal gets a transaction of its own.  Nobody may update or delete them.
 */
#ifndef CAMELEER_AUDIT_H
#define CAMELEER_AUDIT_H

#include <stdbool.h>

#include "libshared/base/ctx.h"

struct json;

/*
 * Of the refusals of strangers from one network in one minute, so many are
 * rows of their own; the rest is counted, and one row says how many.
 */
#define AUDIT_FLOOD_ROWS	3

enum audit_result { AUDIT_DONE, AUDIT_REFUSED, AUDIT_FAILED };

/* What the audit row of this request is about: for handlers. */
void audit_subject(struct ctx *ctx, const char *type, const char *id);
void audit_environment(struct ctx *ctx, const char *environment);
void audit_fact(struct ctx *ctx, const char *name, const char *value);
/* "Not yet" to one who asks every few seconds is no event of the trail. */
void audit_skip(struct ctx *ctx);

/* Inside the open transaction; takes subject and facts from ctx->req. */
enum err audit_request(struct ctx *ctx, enum audit_result result) must_check;
/*
 * Counts the refusal of a stranger: somebody without a session who names
 * nobody.  *counted: enough rows say so this minute, this one needs none.
 */
enum err audit_stranger(struct ctx *ctx, bool *counted) must_check;
/* For jobs and for a second thing that one request does. */
struct audit {
	const char		*action;
	const char		*subject_type, *subject_id, *environment;
	enum audit_result	 result;
	const char		*code;		/* why refused or failed */
	const char		*facts;		/* JSON object, or NULL */
	/* What is personal besides the client's address, or NULL. */
	struct json		*person;
};
enum err audit_write(struct ctx *ctx, const struct audit *audit) must_check;

#endif
