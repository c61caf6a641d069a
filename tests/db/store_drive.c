/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_drive SETTINGS COMMAND TENANT [TURN [PASSWORD]] - the worker's own code
 * for a tenant in PostgreSQL, one call for each run: login, ensure, retire or
 * drop.  Prints the login; on failure the reason, and the exit status is 1.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "libshared/base/conf.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/field.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/job.h"
#include "libshared/skeleton/process.h"
#include "modules/worker/store/store.h"
#include "modules/worker/tenant/tenant.h"
#include "modules/worker/work.h"

#define MEM_MAX	((size_t)4 << 20)

static enum err
command_run(struct ctx *ctx, const char *command, int64_t turn,
    const char *password)
{
	const struct store *store = &store_postgres;

	if (strcmp(command, "ensure") == 0)
		return store->ensure(ctx, &ctx->job->tenant, turn, password);
	if (strcmp(command, "retire") == 0)
		return store->retire(ctx, &ctx->job->tenant, turn);
	if (strcmp(command, "drop") == 0)
		return store->drop(ctx, &ctx->job->tenant);
	return ERR_OK;
}

int
main(int argc, char *argv[])
{
	struct ctx *ctx = ctx_new(MEM_MAX);
	struct worker worker = { .kinds = NULL };
	struct job job = { .kind = "test", .worker = &worker };
	char login[TENANT_LOGIN_MAX];
	int64_t turn = 0;
	enum err e;

	if (argc < 4 || !uuid_set(&job.tenant, argv[3]) || (argc > 4 &&
	    !str_int(str_of(argv[4]), 0, INT64_MAX, &turn)) ||
	    crypto_init() != 0 ||
	    (process.conf = conf_load(argv[1], stderr)) == NULL)
		return 2;
	ctx->job = &job;
	worker.tenants_db = tenant_database_connect(ctx);
	e = command_run(ctx, argv[2], turn, argc > 5 ? argv[5] : NULL);
	tenant_login(&job.tenant, turn, login);
	if (e == ERR_OK)
		(void)puts(login);
	else
		(void)fprintf(stderr, "%s: %s\n", ctx->fault.code,
		    ctx->fault.detail);
	sql_free(&worker.tenants_db);
	ctx_free(&ctx);
	return e == ERR_OK ? 0 : 1;
}
