/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log of a pod: lines that begin with their time, in nanoseconds.  The text
 * is output of tenants, so it is hostile input.
 */
#ifndef CAMELEER_KUBE_LOG_H
#define CAMELEER_KUBE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "libshared/base/str.h"
#include "modules/worker/runtime_types.h"

#define KUBE_LINE_BYTES	8192	/* a longer line ends with a mark */

/* Reads RFC 3339 with a fraction; *used is its length. */
bool kube_log_time(struct str text, int64_t *ns, size_t *used) must_check;

/*
 * Appends the lines that are later than *at to log->lines, up to log->max, and
 * moves *at to the last one; log->more when there are others.  Lines that do
 * not begin with a time are dropped, as is the last one when the text was cut.
 */
enum err kube_log_read(struct ctx *ctx, struct str text, bool cut,
    int64_t *at, struct runtime_log *log) must_check;

#endif
