/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counters and gauges that all children of a service share, in the text
 * format of Prometheus (exposition format 0.0.4).
 */
#ifndef CAMELEER_METRICS_H
#define CAMELEER_METRICS_H

#include <stdint.h>

#include "libshared/base/ctx.h"

enum metric {
	METRIC_REQUESTS,	/* by status class 1..5 */
	METRIC_REQUEST_SECONDS,	/* counts microseconds, shows seconds */
	METRIC_REFUSALS,
	METRIC_SQL_ERRORS,
	METRIC_CHILD_STARTS,
	METRIC_JOBS_DONE,
	METRIC_JOBS_FAILED,
	METRIC_STEPS_FAILED,
	METRIC_PASSWORD_HASHES,
	METRIC_MAILS_SENT,
	METRIC_MAILS_FAILED,
	METRIC_REQUESTS_UNSETTLED,
	METRIC_ROUNDS_FAILED,
	METRIC_STORE_CALLS,
	METRIC_STORE_FAILURES,
	METRIC_SERVERS_TOLD,
	METRIC_SERVERS_NOT_TOLD,
	METRIC_TENANTS_REQUESTED,	/* a gauge: see metrics_set() */
	METRIC_TENANTS_LEAVING,		/* another */
	METRIC__MAX
};

/* Gauges of the places where tenants run, in the order of place_gauges[]. */
enum place_value {
	PLACE_UP,
	PLACE_TENANTS,
	PLACE_CPU_USED,		/* thousandths of a core */
	PLACE_CPU_MOST,		/* 0: unknown */
	PLACE_MEMORY_USED,	/* MiB */
	PLACE_MEMORY_MOST,
	PLACE_PATHS_OPEN,	/* that the isolation probe found */
	PLACE_PROBE_AGE,	/* seconds, of the tenant probed longest ago */
	PLACE_DRIFT,		/* fields that differ */
	PLACE__MAX_VALUE
};
#define METRICS_PLACES_MAX	32
struct metrics_place {
	char		name[32];
	uint64_t	values[PLACE__MAX_VALUE];
};

/* Gauges of each kind of operation, in the order of kind_gauges[]. */
enum kind_value {
	KIND_QUEUED,
	KIND_RUNNING,
	KIND_FAILED,
	KIND_OLDEST,		/* seconds */
	KIND__MAX_VALUE
};
#define METRICS_KINDS_MAX	32
struct metrics_kind {
	char		name[32];
	uint64_t	values[KIND__MAX_VALUE];
};

int metrics_init(void) must_check;	/* before the first fork */
void metrics_add(enum metric metric, unsigned label, uint64_t n);
void metrics_set(enum metric metric, uint64_t n);	/* of a gauge */
/* Replaces all of them; one process at a time does. */
void metrics_places(const struct metrics_place *rows, size_t n);
void metrics_kinds(const struct metrics_kind *rows, size_t n);
enum err metrics_print(struct ctx *ctx, const char *service,
    const char **text) must_check;

#endif
