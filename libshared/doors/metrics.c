/* SPDX-License-Identifier: Apache-2.0 */
/* Counters and gauges in memory that all children share. */
#include "config.h"

#include <assert.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

#include "libshared/base/str.h"
#include "libshared/doors/metrics.h"

#define LABELS_MAX	6	/* status classes 0..5 */
#define PRINT_MAX	((size_t)64 << 10)

struct about {
	const char	*name, *help, *label;
	unsigned	 labels;
	bool		 gauge;	/* else a counter */
};

static const struct about metrics[] = {
	[METRIC_REQUESTS] = { "cameleer_requests_total",
	    "Requests answered, by status class.", .label = "class",
	    .labels = LABELS_MAX },
	[METRIC_REQUEST_SECONDS] = { "cameleer_request_seconds_total",
	    "Time spent in requests.", .labels = 1 },
	[METRIC_REFUSALS] = { "cameleer_refusals_total",
	    "Requests refused by authentication or authorization.",
	    .labels = 1 },
	[METRIC_SQL_ERRORS] = { "cameleer_sql_errors_total",
	    "Statements that failed.", .labels = 1 },
	[METRIC_CHILD_STARTS] = { "cameleer_child_starts_total",
	    "Child processes started.", .labels = 1 },
	[METRIC_JOBS_DONE] = { "cameleer_jobs_done_total",
	    "Jobs that ended well.", .labels = 1 },
	[METRIC_JOBS_FAILED] = { "cameleer_jobs_failed_total",
	    "Attempts of jobs that failed.", .labels = 1 },
	[METRIC_STEPS_FAILED] = { "cameleer_steps_failed_total",
	    "Attempts of steps of jobs that failed.", .labels = 1 },
	[METRIC_PASSWORD_HASHES] = { "cameleer_password_hashes_total",
	    "Passwords hashed, to store or to compare.", .labels = 1 },
	[METRIC_MAILS_SENT] = { "cameleer_mails_sent_total",
	    "Mails that the mail server took.", .labels = 1 },
	[METRIC_MAILS_FAILED] = { "cameleer_mails_failed_total",
	    "Attempts to send a mail that failed.", .labels = 1 },
	[METRIC_REQUESTS_UNSETTLED] = { "cameleer_requests_unsettled_total",
	    "Attempts to settle a registration or recovery that failed.",
	    .labels = 1 },
	[METRIC_ROUNDS_FAILED] = { "cameleer_rounds_failed_total",
	    "Rounds of the worker, and periodic works, that failed.",
	    .labels = 1 },
	[METRIC_STORE_CALLS] = { "cameleer_store_calls_total",
	    "Calls to stores of tenants' data, to make, change or remove what "
	    "a tenant has there.", .labels = 1 },
	[METRIC_STORE_FAILURES] = { "cameleer_store_failures_total",
	    "Of them, those that failed or must be repeated.", .labels = 1 },
	[METRIC_SERVERS_TOLD] = { "cameleer_servers_told_total",
	    "Licences that servers of tenants were told while they run.",
	    .labels = 1 },
	[METRIC_SERVERS_NOT_TOLD] = { "cameleer_servers_not_told_total",
	    "Attempts to tell a server its licence that failed.",
	    .labels = 1 },
	[METRIC_TENANTS_REQUESTED] = { "cameleer_tenants_requested",
	    "Tenants that wait for an operator's yes, as the last round "
	    "counted them.", .labels = 1, .gauge = true },
	[METRIC_TENANTS_LEAVING] = { "cameleer_tenants_leaving",
	    "Deleted tenants that an owner can still have back, as the last "
	    "round counted them.", .labels = 1, .gauge = true },
};
static_assert(nitems(metrics) == METRIC__MAX, "a row for each metric");

static const struct { const char *name, *help; unsigned unit; }
    place_gauges[] = {
	[PLACE_UP] = { "cameleer_place_up",
	    "1 when the last check of the place was good.", 1 },
	[PLACE_TENANTS] = { "cameleer_place_tenants",
	    "Tenants of the place.", 1 },
	[PLACE_CPU_USED] = { "cameleer_place_cpu_promised_millis",
	    "Thousandths of a core that its containers may use.", 1 },
	[PLACE_CPU_MOST] = { "cameleer_place_cpu_capacity_millis",
	    "Thousandths of a core that may be promised; 0: unknown.", 1 },
	[PLACE_MEMORY_USED] = { "cameleer_place_memory_promised_bytes",
	    "Memory that its containers may use.", 1u << 20 },
	[PLACE_MEMORY_MOST] = { "cameleer_place_memory_capacity_bytes",
	    "Memory that may be promised; 0: unknown.", 1u << 20 },
	[PLACE_PATHS_OPEN] = { "cameleer_place_isolation_open_paths",
	    "What the last isolation probes of its tenants could reach and "
	    "must not.", 1 },
	[PLACE_PROBE_AGE] = { "cameleer_place_isolation_age_seconds",
	    "Since the last isolation probe that ran, of the tenant where "
	    "that is longest ago.", 1 },
	[PLACE_DRIFT] = { "cameleer_place_drift_fields",
	    "Fields in which its tenants differ from what they should be.",
	    1 },
};
static_assert(nitems(place_gauges) == PLACE__MAX_VALUE, "a row for each");

/* Those of one name stand together: its states are labels. */
static const struct { const char *name, *help, *state; } kind_gauges[] = {
	[KIND_QUEUED] = { "cameleer_operations",
	    "Operations by kind and state; of failed ones those of the last "
	    "day.", "queued" },
	[KIND_RUNNING] = { "cameleer_operations", NULL, "running" },
	[KIND_FAILED] = { "cameleer_operations", NULL, "failed" },
	[KIND_OLDEST] = { "cameleer_operation_oldest_seconds",
	    "Age of the oldest operation that has not ended.", NULL },
};
static_assert(nitems(kind_gauges) == KIND__MAX_VALUE, "a row for each");

/*
 * The turn is odd while a writer is at work; a reader that saw it odd, or
 * another one afterwards, shows no places, or no kinds, this time.
 */
struct shared {
	_Atomic uint64_t	counters[METRIC__MAX][LABELS_MAX];
	_Atomic uint32_t	turn;
	size_t			nplaces;
	struct metrics_place	places[METRICS_PLACES_MAX];
	_Atomic uint32_t	kinds_turn;
	size_t			nkinds;
	struct metrics_kind	kinds[METRICS_KINDS_MAX];
};

static struct shared *shared;
static _Atomic uint64_t (*counters)[LABELS_MAX];

int
metrics_init(void)
{
	void *memory = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return -1;
	shared = memory;
	counters = shared->counters;
	return 0;
}

void
metrics_add(enum metric metric, unsigned label, uint64_t n)
{
	if (counters != NULL && label < metrics[metric].labels)
		atomic_fetch_add_explicit(&counters[metric][label], n,
		    memory_order_relaxed);
}

void
metrics_set(enum metric metric, uint64_t n)
{
	if (counters != NULL)
		atomic_store_explicit(&counters[metric][0], n,
		    memory_order_relaxed);
}

void
metrics_places(const struct metrics_place *rows, size_t n)
{
	if (shared == NULL || n > METRICS_PLACES_MAX)
		return;
	(void)atomic_fetch_or(&shared->turn, 1);
	memcpy(shared->places, rows, n * sizeof(*rows));
	shared->nplaces = n;
	(void)atomic_fetch_add(&shared->turn, 1);
}

/* places_print - appends the gauges of the places, if there are any */
static void
places_print(struct buf *buf, const char *service)
{
	struct metrics_place places[METRICS_PLACES_MAX];
	uint32_t turn = shared == NULL ? 1 : atomic_load(&shared->turn);
	size_t i, n;
	unsigned v;

	if (turn % 2 != 0 || shared->nplaces == 0)
		return;
	n = shared->nplaces;
	memcpy(places, shared->places, n * sizeof(*places));
	if (atomic_load(&shared->turn) != turn)
		return;
	for (v = 0; v < PLACE__MAX_VALUE; v++) {
		buf_printf(buf, "# HELP %s %s\n# TYPE %s gauge\n",
		    place_gauges[v].name, place_gauges[v].help,
		    place_gauges[v].name);
		for (i = 0; i < n; i++)
			buf_printf(buf, "%s{service=\"%s\",place=\"%s\"} %"
			    PRIu64 "\n", place_gauges[v].name, service,
			    places[i].name,
			    places[i].values[v] * place_gauges[v].unit);
	}
}

void
metrics_kinds(const struct metrics_kind *rows, size_t n)
{
	if (shared == NULL || n > METRICS_KINDS_MAX)
		return;
	(void)atomic_fetch_or(&shared->kinds_turn, 1);
	memcpy(shared->kinds, rows, n * sizeof(*rows));
	shared->nkinds = n;
	(void)atomic_fetch_add(&shared->kinds_turn, 1);
}

/* kind_print - appends one gauge of all kinds */
static void
kind_print(struct buf *buf, const char *service, unsigned value,
    const struct metrics_kind *kinds, size_t n)
{
	const char *state = kind_gauges[value].state;
	size_t i;

	if (kind_gauges[value].help != NULL)
		buf_printf(buf, "# HELP %s %s\n# TYPE %s gauge\n",
		    kind_gauges[value].name, kind_gauges[value].help,
		    kind_gauges[value].name);
	for (i = 0; i < n; i++) {
		buf_printf(buf, "%s{service=\"%s\",kind=\"%s\"",
		    kind_gauges[value].name, service, kinds[i].name);
		if (state != NULL)
			buf_printf(buf, ",state=\"%s\"", state);
		buf_printf(buf, "} %" PRIu64 "\n", kinds[i].values[value]);
	}
}

/* kinds_print - appends the gauges of the operations, if there are any */
static void
kinds_print(struct buf *buf, const char *service)
{
	struct metrics_kind kinds[METRICS_KINDS_MAX];
	uint32_t turn = shared == NULL ? 1 : atomic_load(&shared->kinds_turn);
	unsigned value;
	size_t n;

	if (turn % 2 != 0 || shared->nkinds == 0)
		return;
	n = shared->nkinds;
	memcpy(kinds, shared->kinds, n * sizeof(*kinds));
	if (atomic_load(&shared->kinds_turn) != turn)
		return;
	for (value = 0; value < KIND__MAX_VALUE; value++)
		kind_print(buf, service, value, kinds, n);
}

enum err
metrics_print(struct ctx *ctx, const char *service, const char **text)
{
	struct buf buf;
	unsigned m, label;
	uint64_t n;

	buf_init(&buf, ctx->mem, PRINT_MAX);
	for (m = 0; m < METRIC__MAX; m++) {
		buf_printf(&buf, "# HELP %s %s\n# TYPE %s %s\n",
		    metrics[m].name, metrics[m].help, metrics[m].name,
		    metrics[m].gauge ? "gauge" : "counter");
		for (label = 0; label < metrics[m].labels; label++) {
			n = counters == NULL ? 0 : atomic_load_explicit(
			    &counters[m][label], memory_order_relaxed);
			buf_printf(&buf, "%s{service=\"%s\"", metrics[m].name,
			    service);
			if (metrics[m].label != NULL)
				buf_printf(&buf, ",%s=\"%uxx\"",
				    metrics[m].label, label);
			if (m == METRIC_REQUEST_SECONDS)
				buf_printf(&buf, "} %" PRIu64 ".%06" PRIu64
				    "\n", n / 1000000, n % 1000000);
			else
				buf_printf(&buf, "} %" PRIu64 "\n", n);
		}
	}
	places_print(&buf, service);
	kinds_print(&buf, service);
	buf_put(&buf, "", 1);
	if (buf.full)
		return fail(ctx, ERR_INTERNAL, "internal",
		    "metrics do not fit");
	*text = buf.p;
	return ERR_OK;
}
