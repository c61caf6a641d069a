/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The isolation probe: proves from inside each tenant's network, again and
 * again, that what must not be reached is not (threats T10, T14).
 *
 * A run is a row from its first moment on, with what is tried, and its
 * container is found by that row: whichever child of the worker comes next goes
 * on with it, also after a crash.  A run that could not be made is `failed`,
 * never `isolated`.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/conf.h"
#include "libshared/base/log.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/field.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/prefork.h"
#include "libshared/skeleton/process.h"
#include "modules/worker/place/place.h"
#include "modules/worker/rounds/isolation.h"
#include "modules/worker/rounds/rounds.h"
#include "modules/worker/runtime/runtime_probe.h"
#include "modules/worker/work.h"

#include "modules/worker/rounds/isolation.sql.h"

#define RUN_MAX_S	90	/* then it has failed */
#define PATHS_SHOWN	5	/* in a mail */
#define PATHS_TEXT	512

struct isolation_conf {
	int64_t		 isolation_every_s, isolation_parallel;
	const char	*isolation_outside, *probe_program;
};

static const struct setting isolation_settings[] = {
	SETTING(isolation_conf, isolation_every_s, INT, "900", 20, 86400,
	    "Seconds between two runs of the isolation probe in a tenant's "
	    "network, give or take a tenth."),
	SETTING(isolation_conf, isolation_parallel, INT, "4", 1, 32,
	    "Probes that run at the same time at most."),
	SETTING(isolation_conf, isolation_outside, TEXT, "", 0, 255,
	    "Address and port on the internet, such as 198.51.100.7:443, that "
	    "containers must reach; when it is not set, none is tried."),
	SETTING(isolation_conf, probe_program, PATH,
	    "/usr/libexec/cameleer-saas/cameleer-probe", 0, 255,
	    "The isolation probe, of which the worker makes an image."),
	SETTINGS_END
};

struct run {
	struct uuid	 id, tenant, place;
	const char	*slug, *orders;
	bool		 active;	/* is its tenant? */
	int64_t		 age_s;
};

static const struct field run_view[] = {
	VIEW_UUID(struct run, id),
	VIEW_UUID(struct run, tenant),
	VIEW_TEXT(struct run, slug),
	VIEW_UUID(struct run, place),
	VIEW_BOOL(struct run, active),
	VIEW_TEXT(struct run, orders),
	VIEW_INT(struct run, age_s),
	FIELD_END
};

static const struct field due_view[] = {
	VIEW_UUID(struct isolation_subject, tenant),
	VIEW_TEXT(struct isolation_subject, slug),
	VIEW_UUID(struct isolation_subject, place),
	FIELD_END
};

struct before { const char *outcome; };

static const struct field before_view[] = {
	VIEW_TEXT(struct before, outcome),
	FIELD_END
};

static const struct isolation_conf *
isolation_conf(void)
{
	return conf_part(process.conf, isolation_settings,
	    sizeof(struct isolation_conf));
}

/* change_record - the audit row of a tenant that is open, or is not any more */
static enum err
change_record(struct ctx *ctx, const struct run *run,
    const struct isolation_verdict *verdict)
{
	bool open = strcmp(verdict->outcome, "open") == 0;
	struct json *facts = json_object(ctx);
	struct audit audit = { .action = "isolation.probe",
	    .subject_type = "tenant", .subject_id = run->tenant.text,
	    .result = open ? AUDIT_FAILED : AUDIT_DONE,
	    .code = open ? "isolation_open" : NULL };
	enum err e;

	json_put_text(facts, "outcome", verdict->outcome);
	json_put_int(facts, "open", (int64_t)json_count(verdict->paths));
	if ((e = json_print(ctx, facts, &audit.facts, NULL)) != ERR_OK)
		return e;
	return audit_write(ctx, &audit);
}

/* operators_tell - mails what is open, in one line */
static enum err
operators_tell(struct ctx *ctx, const struct json *paths)
{
	size_t i, n = json_count(paths);
	struct buf text;

	buf_init(&text, ctx->mem, PATHS_TEXT);
	for (i = 0; i < n && i < PATHS_SHOWN; i++)
		buf_printf(&text, "%s%s", i > 0 ? "; " : "",
		    json_text(json_at(paths, i), NULL));
	if (n > PATHS_SHOWN)
		buf_printf(&text, "; and %zu more", n - PATHS_SHOWN);
	return sql_exec(ctx, &SQL_ISOLATION_TELL, NULL, ARG_TEXT(text.p),
	    ARG_TEXT(process.conf->base_url));
}

/* change_tell - trail and mail, when it is not what was known before */
static enum err
change_tell(struct ctx *ctx, const struct run *run,
    const struct isolation_verdict *verdict)
{
	bool open = strcmp(verdict->outcome, "open") == 0, was, known;
	struct before before;
	enum err e;

	if (!open && strcmp(verdict->outcome, "isolated") != 0)
		return ERR_OK;
	if ((e = sql_opt(ctx, &SQL_ISOLATION_BEFORE, before_view, &before,
	    &known, ARG_UUID(&run->id))) != ERR_OK)
		return e;
	was = known && strcmp(before.outcome, "open") == 0;
	if (open == was)
		return ERR_OK;
	if ((e = change_record(ctx, run, verdict)) != ERR_OK || !open)
		return e;
	log_event(LOG_ERROR, "isolation_open", LOG_TEXT("tenant", run->slug),
	    LOG_INT("paths", (int64_t)json_count(verdict->paths)));
	return operators_tell(ctx, verdict->paths);
}

static enum err
run_end(struct ctx *ctx, const struct run *run,
    const struct isolation_verdict *verdict)
{
	const char *checks, *paths;
	enum err e;

	if ((e = json_print(ctx, verdict->checks, &checks, NULL)) != ERR_OK ||
	    (e = json_print(ctx, verdict->paths, &paths, NULL)) != ERR_OK ||
	    (e = work_begin_for(ctx, &run->tenant, true)) != ERR_OK ||
	    (e = change_tell(ctx, run, verdict)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_ISOLATION_END, NULL, ARG_UUID(&run->id),
	    ARG_TEXT(verdict->outcome), ARG_TEXT(verdict->error),
	    ARG_TEXT(checks), ARG_TEXT(paths))) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_ISOLATION_PRUNE, NULL)) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

/* run_fail - ends a run that could not be made; its container goes as well */
static enum err
run_fail(struct ctx *ctx, const struct run *run, const char *why)
{
	const struct isolation_verdict verdict = { .outcome = "failed",
	    .error = why == NULL ? "the place does not answer" : why,
	    .checks = json_array(ctx), .paths = json_array(ctx) };
	const struct runtime *rt;

	fail_clear(ctx);
	if (run->active && (place_runtime(ctx, &run->place, &rt) != ERR_OK ||
	    (rt->probe_end != NULL && rt->probe_end(ctx, rt, run->slug) !=
	    ERR_OK)))
		fail_clear(ctx);
	return run_end(ctx, run, &verdict);
}

/* run_try - ERR_UNAVAILABLE until the probe has ended */
static enum err
run_try(struct ctx *ctx, const struct run *run, struct json *orders,
    const char **said)
{
	struct runtime_probe probe = { .tenant = run->tenant,
	    .slug = run->slug, .run = run->id.text,
	    .program = isolation_conf()->probe_program };
	const struct runtime *rt;
	enum err e;

	if ((e = place_runtime(ctx, &run->place, &rt)) != ERR_OK)
		return e;
	if (rt->probe == NULL)
		return fail(ctx, ERR_INVALID, NULL,
		    "no probe runs at places of kind %s yet", rt->name);
	if ((e = isolation_text(ctx, orders, &probe.orders)) != ERR_OK)
		return e;
	return rt->probe(ctx, rt, &probe, said);
}

/* run_step - goes on with a run, and records its end */
static enum err
run_step(struct ctx *ctx, const struct run *run)
{
	struct isolation_verdict verdict;
	const char *said = NULL;
	struct json *orders;
	enum err e;

	if (!run->active)
		return run_fail(ctx, run, "the tenant is not active any more");
	if ((e = json_parse(ctx, run->orders, strlen(run->orders),
	    &orders)) != ERR_OK)
		return e;
	e = run_try(ctx, run, orders, &said);
	if (e == ERR_UNAVAILABLE && run->age_s <= RUN_MAX_S) {
		fail_clear(ctx);
		return ERR_OK;
	}
	if (e != ERR_OK)
		return run_fail(ctx, run, ctx->fault.detail);
	isolation_judge(ctx, orders, said, &verdict);
	return run_end(ctx, run, &verdict);
}

/* run_begin - records what is to be tried; the next round tries it */
static enum err
run_begin(struct ctx *ctx, const struct isolation_subject *subject)
{
	const struct isolation_conf *conf = isolation_conf();
	struct json *orders;
	const char *text;
	struct uuid id;
	enum err e;

	uuid7(&id);
	if ((e = isolation_orders(ctx, subject, conf->isolation_outside,
	    &orders)) != ERR_OK ||
	    (e = json_print(ctx, orders, &text, NULL)) != ERR_OK ||
	    (e = work_begin_for(ctx, &subject->tenant, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_ISOLATION_BEGIN, NULL, ARG_UUID(&id),
	    ARG_UUID(&subject->place), ARG_TEXT(text),
	    ARG_INT(conf->isolation_every_s))) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

static void
miss_log(struct ctx *ctx, const char *slug)
{
	sql_rollback(ctx);
	log_event(LOG_WARN, "isolation_missed", LOG_TEXT("tenant", slug),
	    LOG_TEXT("detail", ctx->fault.detail));
	fail_clear(ctx);
}

enum err
isolation_round(struct ctx *ctx)
{
	struct isolation_subject *due;
	struct run *runs;
	size_t i, n;
	enum err e;

	if ((e = sql_exec(ctx, &SQL_ISOLATION_SWEEP, NULL)) != ERR_OK ||
	    (e = sql_many(ctx, &SQL_ISOLATION_RUNNING, run_view, sizeof(*runs),
	    &runs, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n && !prefork_stopping(); i++)
		if (run_step(ctx, &runs[i]) != ERR_OK)
			miss_log(ctx, runs[i].slug);
	if ((e = sql_many(ctx, &SQL_ISOLATION_DUE, due_view, sizeof(*due),
	    &due, &n, ARG_INT(isolation_conf()->isolation_parallel))) !=
	    ERR_OK)
		return e;
	for (i = 0; i < n && !prefork_stopping(); i++)
		if (run_begin(ctx, &due[i]) != ERR_OK)
			miss_log(ctx, due[i].slug);
	return ERR_OK;
}
