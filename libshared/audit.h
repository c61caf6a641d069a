/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The audit trail: who did what to what, from where, and what came of it.
 *
 * Rows are written by the dispatcher, in the transaction of the change; a
 * refusal gets a transaction of its own.  Nobody may update or delete them.
 */
#ifndef CAMELEER_AUDIT_H
#define CAMELEER_AUDIT_H

#include "libshared/ctx.h"

enum audit_result { AUDIT_DONE, AUDIT_REFUSED, AUDIT_FAILED };

/* Inside the open transaction; takes subject and facts from ctx->req. */
enum err audit_request(struct ctx *ctx, enum audit_result result) must_check;
/* For jobs and for a second thing that one request does. */
struct audit {
	const char		*action;
	const char		*subject_type, *subject_id, *environment;
	enum audit_result	 result;
	const char		*code;		/* why refused or failed */
	const char		*facts;		/* JSON object, or NULL */
};
enum err audit_write(struct ctx *ctx, const struct audit *audit) must_check;

#endif
