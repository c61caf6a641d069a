/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An operation as operators see it, by the API and by cameleerctl, and what
 * they can decide about it.
 */
#ifndef CAMELEER_OPERATION_SEEN_H
#define CAMELEER_OPERATION_SEEN_H

#include <stdint.h>

#include "libshared/base/ctx.h"
#include "libshared/doors/field.h"

struct operation_seen {
	struct uuid	 id, tenant;
	const char	*slug, *kind, *state, *step, *error_code, *error;
	const char	*created_at, *finished_at;
	int64_t		 attempt, failures;
	bool		 ending;	/* what it made is being removed */
	bool		 skippable;	/* the step at which it is */
	const char	*steps, *events;	/* JSON, of a single one */
};
/* Without the last two, and with them. */
extern const struct field operation_seen_view[];
extern const struct field operation_story_view[];

#define OPERATION_REASON_MIN	3
#define OPERATION_REASON_MAX	500
#define OPERATION_STEP_MAX	40

/*
 * What operation_decide() answered: ERR_OK for NULL, else why nothing was
 * changed: ERR_NOT_FOUND no_such_operation, or ERR_CONFLICT.
 */
enum err operation_decided(struct ctx *ctx, const struct operation_seen *row,
    const char *answer) must_check;

#endif
