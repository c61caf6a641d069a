/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cameleer-worker - every call to the outside that may wait.
 *
 * Claims jobs that responders queued, sends mails, and watches what runs.
 * Start reading at job_kinds[]; work.c says what happens to a job.
 */
#include "config.h"

#include <malloc.h>
#include <stdlib.h>

#include "libshared/base/conf.h"
#include "libshared/base/log.h"
#include "libshared/doors/http.h"
#include "libshared/doors/metrics.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/prefork.h"
#include "libshared/skeleton/process.h"
#include "modules/worker/runtime/runtime.h"
#include "modules/worker/work.h"

#define JOB_MEM_MAX	((size_t)64 << 20)
#define IDLE_MS		1000	/* between looks, when nothing wakes us */

struct worker worker;

static const struct job_kind job_kinds[] = {
	{ "tenant.provision", tenant_provision, tenant_provision_give_up,
	    tenant_provision_steps, 10 },
	{ "tenant.remove", tenant_remove, NULL, tenant_remove_steps, 20 },
	{ "release.assemble", release_assemble, release_assemble_give_up,
	    release_assemble_steps, 8 },
	{ "deployment.apply", deployment_apply, deployment_apply_give_up,
	    deployment_apply_steps, 8 },
	{ "app.remove", app_remove, NULL, app_remove_steps, 20 },
	{ "audit.checkpoint", audit_checkpoint, NULL, audit_checkpoint_steps,
	    8 },
	{ NULL, NULL, NULL, NULL, 0 },
};

/* tenants_database - the only place where schemas and roles are made */
static struct sql *
tenants_database(struct ctx *ctx)
{
	const char *password = NULL;
	struct sql_config config = {
		.host = process.conf->tenant_db_host,
		.port = process.conf->tenant_db_port,
		.name = process.conf->tenant_db_name,
		.user = "cameleer_provisioner",
		.application = "cameleer-worker",
		.statement_timeout_ms = 10000, .lock_timeout_ms = 8000,
		.is_tenant_database = true,
	};

	if (conf_credential(ctx, "provisioner.pass", &password) != ERR_OK)
		fail_clear(ctx);	/* peer authentication needs none */
	config.password = password;
	return sql_new(&config);
}

/* round_once - everything that is due now; *busy: look again at once */
static enum err
round_once(struct ctx *ctx, bool *busy)
{
	bool job = false, mail = false;
	enum err e;

	*busy = false;
	if ((e = process_keys(ctx, false)) != ERR_OK ||
	    (e = periodic(ctx)) != ERR_OK ||
	    (e = mail_one(ctx, &mail)) != ERR_OK ||
	    (e = work_one(ctx, job_kinds, &job)) != ERR_OK)
		return e;
	*busy = job || mail;
	return ERR_OK;
}

static int
child(void *arg, int64_t i)
{
	struct ctx *ctx = ctx_new(JOB_MEM_MAX);
	bool busy = false, listening = false;
	struct runtime runtime;

	(void)arg;
	(void)i;
	if (http_init() != 0)
		return 70;
	ctx->db = process_sql(ctx, "worker");
	runtime_engine_init(&runtime, process.conf);
	worker.runtime = &runtime;
	worker.tenants_db = tenants_database(ctx);
	while (!prefork_stopping()) {
		ctx_reset(ctx);
		if (!listening)
			listening = sql_listen(ctx, "cameleer_jobs") == ERR_OK;
		fail_clear(ctx);
		if (round_once(ctx, &busy) != ERR_OK) {
			log_event(LOG_WARN, "round_failed",
			    LOG_TEXT("code", ctx->fault.code),
			    LOG_TEXT("detail", ctx->fault.detail));
			busy = false;
		}
		sql_rollback(ctx);
		if (busy || prefork_stopping())
			continue;
		ctx_reset(ctx);
		(void)malloc_trim(0);	/* a night's rounds took more */
		(void)sql_wait(ctx, IDLE_MS);
	}
	sql_free(&worker.tenants_db);
	sql_free(&ctx->db);
	ctx_free(&ctx);
	return 0;
}

int
main(int argc, char *argv[])
{
	struct prefork prefork = { "worker", 0, child, NULL };
	int rc;

	if (!process_init(argc, argv, "worker", &rc))
		return rc;
	if (metrics_init() != 0)
		return 71;
	prefork.children = process.conf->worker_processes;
	return prefork_run(&prefork);
}
