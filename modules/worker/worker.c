/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cameleer-worker - makes every call to outside systems that may take long.
 *
 * It claims jobs that responders queued, sends mails, and watches what runs.
 * Start reading at jobs/jobs.c; work.c says what happens to a job.
 */
#include "config.h"

#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libshared/base/conf.h"
#include "libshared/base/log.h"
#include "libshared/doors/http.h"
#include "libshared/doors/metrics.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/prefork.h"
#include "libshared/skeleton/process.h"
#include "modules/worker/answer.h"
#include "modules/worker/rounds/rounds.h"
#include "modules/worker/tenant/tenant.h"
#include "modules/worker/work.h"

#define JOB_MEM_MAX	((size_t)64 << 20)
#define IDLE_MS		1000	/* between rounds, without a notification */

struct worker_conf { int64_t worker_processes; };

static const struct setting worker_settings[] = {
	SETTING(worker_conf, worker_processes, INT, "2", 1, 64,
	    "Children of the worker."),
	SETTINGS_END
};

/*
 * part_end - a part that failed is logged and counted, and has nothing to do;
 * the next one goes on, unless the database is away
 */
static enum err
part_end(struct ctx *ctx, const char *part, enum err e, bool *any)
{
	if (e == ERR_OK)
		return ERR_OK;
	metrics_add(METRIC_ROUNDS_FAILED, 0, 1);
	log_event(LOG_WARN, "round_failed", LOG_TEXT("part", part),
	    LOG_TEXT("code", ctx->fault.code),
	    LOG_TEXT("detail", ctx->fault.detail));
	*any = false;
	sql_rollback(ctx);
	fail_clear(ctx);
	return e == ERR_UNAVAILABLE ? e : ERR_OK;
}

/* round_once - does what is due; returns whether there may be more at once */
static bool
round_once(struct ctx *ctx, const struct worker *worker)
{
	bool job = false, mail = false, request = false, due = false;
	bool keys = false;

	if (part_end(ctx, "keys", process_keys(ctx, false), &keys) !=
	    ERR_OK || part_end(ctx, "periodic", periodic_round(ctx, worker,
	    &due), &due) != ERR_OK || part_end(ctx, "requests", request_one(ctx,
	    &request), &request) != ERR_OK)
		return false;
	if (part_end(ctx, "mails", mail_one(ctx, &mail), &mail) != ERR_OK ||
	    part_end(ctx, "jobs", work_one(ctx, worker, &job), &job) != ERR_OK)
		return false;
	return job || mail || request || due;
}

/* What all children are given.  The last one answers, the others work. */
struct child { int64_t answers; int listen_fd; };

static int
worker_child(void *arg, int64_t i)
{
	const struct child *self = arg;
	bool busy, listening = false;
	struct worker worker = { .kinds = job_kinds };
	struct ctx *ctx;

	if (i == self->answers)
		return answer_child(self->listen_fd);
	(void)close(self->listen_fd);
	if (http_init() != 0)
		return 70;
	ctx = ctx_new(JOB_MEM_MAX);
	ctx->db = process_sql(ctx, "worker");
	worker.tenants_db = tenant_database_connect(ctx);
	while (!prefork_stopping()) {
		ctx_reset(ctx);
		if (!listening)
			listening = sql_listen(ctx, "cameleer_jobs") == ERR_OK;
		fail_clear(ctx);
		busy = round_once(ctx, &worker);
		sql_rollback(ctx);
		if (busy || prefork_stopping())
			continue;
		ctx_reset(ctx);
		(void)malloc_trim(0);	/* after rounds that used more memory */
		(void)sql_wait(ctx, IDLE_MS);
	}
	sql_free(&worker.tenants_db);
	sql_free(&ctx->db);
	ctx_free(&ctx);
	return 0;
}

/*
 * jobs_print - prints the kinds, for cameleerctl actions; returns an exit code
 */
static int
jobs_print(void)
{
	struct ctx *ctx = ctx_new(JOB_MEM_MAX);
	const char *text;
	enum err e = jobs_dump(ctx, &text);

	if (e == ERR_OK)
		(void)puts(text);
	ctx_free(&ctx);
	return e == ERR_OK ? 0 : 70;	/* EX_SOFTWARE */
}

/*
 * worker_fits - false, with the reason in the log: more connections may be made
 * than PostgreSQL has.  A database that does not answer is waited for later.
 */
static bool
worker_fits(void)
{
	struct ctx *ctx = ctx_new(JOB_MEM_MAX);
	struct sql *tenants;
	enum err e;

	ctx->db = process_sql(ctx, "worker");
	tenants = conf_value(process.conf, "tenant_db_host")[0] == '\0' ? NULL :
	    tenant_database_connect(ctx);
	e = process_connections(ctx, tenants);
	if (e == ERR_CONFLICT)
		log_event(LOG_ERROR, "start_failed",
		    LOG_TEXT("detail", ctx->fault.detail));
	sql_free(&tenants);
	sql_free(&ctx->db);
	ctx_free(&ctx);
	return e != ERR_CONFLICT;
}

int
main(int argc, char *argv[])
{
	struct child self = { 0, -1 };
	struct prefork prefork = { "worker", 0, worker_child, &self };
	const struct worker_conf *conf;
	int rc;

	if (argc == 2 && strcmp(argv[1], "--jobs") == 0)
		return jobs_print();
	if (!process_init(argc, argv, "worker", &rc))
		return rc;
	if (!worker_fits())
		return 78;	/* EX_CONFIG */
	if (metrics_init() != 0 || (self.listen_fd = answer_listen()) == -1)
		return 71;
	conf = conf_part(process.conf, worker_settings, sizeof(*conf));
	self.answers = conf->worker_processes;
	prefork.children = conf->worker_processes + 1;
	return prefork_run(&prefork);
}
