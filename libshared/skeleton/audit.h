/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The audit trail: who did what to which object, from where, and the result.
 *
 * The dispatcher writes the row in the transaction of the change; a refusal
 * gets its own transaction.  No database role may update or delete a row.
 */
#ifndef CAMELEER_AUDIT_H
#define CAMELEER_AUDIT_H

#include <stdbool.h>

#include "libshared/base/ctx.h"

struct json;

/*
 * An anonymous refusal is counted by network and minute.  This many get a row
 * of their own; after that one row gives the number.
 */
#define AUDIT_FLOOD_ROWS	3

enum audit_result { AUDIT_DONE, AUDIT_REFUSED, AUDIT_FAILED };

/* For handlers: the object that the audit row of this request is about. */
void audit_subject(struct ctx *ctx, const char *type, const char *id);
void audit_environment(struct ctx *ctx, const char *environment);
void audit_fact(struct ctx *ctx, const char *name, const char *value);
/* Writes no row for "not yet", the answer to a client that polls. */
void audit_skip(struct ctx *ctx);

/*
 * Writes the row in the open transaction, with subject and facts from ctx->req.
 */
enum err audit_request(struct ctx *ctx, enum audit_result result) must_check;
/*
 * Counts an anonymous refusal: there is no session and the request names no
 * account.  *counted: enough rows of this minute exist, this refusal needs
 * none.
 */
enum err audit_stranger(struct ctx *ctx, bool *counted) must_check;
/* For jobs, and for a second action of one request. */
struct audit {
	const char		*action;
	const char		*subject_type, *subject_id, *environment;
	enum audit_result	 result;
	const char		*code;		/* reason of a failure */
	const char		*facts;		/* JSON object, or NULL */
	/* Personal data other than the client's address, or NULL. */
	struct json		*person;
};
enum err audit_write(struct ctx *ctx, const struct audit *audit) must_check;

#endif
