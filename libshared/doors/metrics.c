/* SPDX-License-Identifier: Apache-2.0 */
/* Counters and gauges in memory that all children share. */
#include "config.h"

#include <assert.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <sys/mman.h>

#include "libshared/base/str.h"
#include "libshared/doors/metrics.h"

#define LABELS_MAX	6	/* status classes 0..5 */

struct about { const char *name, *help, *label; unsigned labels; };

static const struct about metrics[] = {
	[METRIC_REQUESTS] = { "cameleer_requests_total",
	    "Requests answered, by status class.", "class", LABELS_MAX },
	[METRIC_REQUEST_SECONDS] = { "cameleer_request_seconds_total",
	    "Time spent in requests.", NULL, 1 },
	[METRIC_REFUSALS] = { "cameleer_refusals_total",
	    "Requests refused by authentication or authorization.", NULL, 1 },
	[METRIC_SQL_ERRORS] = { "cameleer_sql_errors_total",
	    "Statements that failed.", NULL, 1 },
	[METRIC_CHILD_STARTS] = { "cameleer_child_starts_total",
	    "Child processes started.", NULL, 1 },
	[METRIC_JOBS_DONE] = { "cameleer_jobs_done_total",
	    "Jobs that ended well.", NULL, 1 },
	[METRIC_JOBS_FAILED] = { "cameleer_jobs_failed_total",
	    "Attempts of jobs that failed.", NULL, 1 },
	[METRIC_PASSWORD_HASHES] = { "cameleer_password_hashes_total",
	    "Passwords hashed, to store or to compare.", NULL, 1 },
	[METRIC_MAILS_SENT] = { "cameleer_mails_sent_total",
	    "Mails that the mail server took.", NULL, 1 },
	[METRIC_MAILS_FAILED] = { "cameleer_mails_failed_total",
	    "Attempts to send a mail that failed.", NULL, 1 },
	[METRIC_REQUESTS_UNSETTLED] = { "cameleer_requests_unsettled_total",
	    "Attempts to settle a registration or recovery that failed.",
	    NULL, 1 },
	[METRIC_ROUNDS_FAILED] = { "cameleer_rounds_failed_total",
	    "Rounds of the worker, and periodic works, that failed.", NULL,
	    1 },
	[METRIC_TENANTS_REQUESTED] = { "cameleer_tenants_requested",
	    "Tenants that wait for an operator's yes, as the last round "
	    "counted them.", NULL, 1 },
};
static_assert(nitems(metrics) == METRIC__MAX, "a row for each metric");

static _Atomic uint64_t (*counters)[LABELS_MAX];

int
metrics_init(void)
{
	void *shared = mmap(NULL, METRIC__MAX * sizeof(*counters),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (shared == MAP_FAILED)
		return -1;
	counters = shared;
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

static const char *
metric_type(unsigned metric)
{
	return metric == METRIC_TENANTS_REQUESTED ? "gauge" : "counter";
}

enum err
metrics_print(struct ctx *ctx, const char *service, const char **text)
{
	struct buf buf;
	unsigned m, label;
	uint64_t n;

	buf_init(&buf, ctx->mem, 16384);
	for (m = 0; m < METRIC__MAX; m++) {
		buf_printf(&buf, "# HELP %s %s\n# TYPE %s %s\n",
		    metrics[m].name, metrics[m].help, metrics[m].name,
		    metric_type(m));
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
	buf_put(&buf, "", 1);
	if (buf.full)
		return fail(ctx, ERR_INTERNAL, "internal",
		    "metrics do not fit");
	*text = buf.p;
	return ERR_OK;
}
