/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cameleerctl isolation: what the isolation probe found in the tenants'
 * networks.
 *
 * Only cameleer_gate reads across tenants.  The worker runs the probe; here a
 * run is asked for and waited for.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "libshared/base/clock.h"
#include "libshared/base/isolation.h"
#include "libshared/doors/field_shape.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/doors/sql_admin.h"
#include "libshared/skeleton/audit.h"
#include "modules/ctl/ctl.h"

#include "modules/ctl/isolation/isolation.sql.h"

#define RUN_MAX_S	150
#define LOOK_EVERY_NS	200000000

struct state {
	struct uuid	 tenant;
	const char	*slug, *place, *outcome, *error, *paths;
	const char	*started_at, *finished_at;
	bool		 running;
	int64_t		 age_s;
};

static const struct field state_view[] = {
	VIEW_UUID(struct state, tenant),
	VIEW_TEXT(struct state, slug),
	VIEW_TEXT(struct state, place),
	VIEW_CHOICE_OPT(struct state, outcome, isolation_outcomes),
	VIEW_TEXT_OPT(struct state, error),
	VIEW_TEXTS(struct state, paths),
	VIEW_BOOL(struct state, running),
	VIEW_TIME_OPT(struct state, started_at),
	VIEW_TIME_OPT(struct state, finished_at),
	VIEW_INT(struct state, age_s),
	FIELD_END
};

struct asked { const char *asked; };

static const struct field asked_view[] = {
	VIEW_TEXT(struct asked, asked),
	FIELD_END
};

static bool
is_well(const struct state *state)
{
	return state->outcome != NULL &&
	    strcmp(state->outcome, "isolated") == 0;
}

static void
state_print(const struct state *state)
{
	(void)printf("%-31s %-20s %s", state->slug, state->place,
	    state->outcome == NULL ? "not probed yet" : state->outcome);
	if (state->finished_at != NULL)
		(void)printf(" at %s", state->finished_at);
	if (state->error != NULL)
		(void)printf(": %s", state->error);
	if (state->outcome != NULL && strcmp(state->outcome, "open") == 0)
		(void)printf(": %s", state->paths);
	(void)putchar('\n');
}

/* states_read - all, or the one of this slug; ERR_NOT_FOUND no_such_tenant */
static enum err
states_read(struct ctx *ctx, const char *slug, struct state **states,
    size_t *n)
{
	enum err e;

	if ((e = sql_script(ctx, "SET ROLE cameleer_gate")) != ERR_OK ||
	    (e = sql_many(ctx, &SQL_ISOLATION_LIST, state_view,
	    sizeof(**states), states, n, ARG_TEXT(slug))) != ERR_OK)
		return e;
	if (slug != NULL && *n == 0)
		return fail(ctx, ERR_NOT_FOUND, "no_such_tenant",
		    "there is no active tenant %s", slug);
	return ERR_OK;
}

/* states_show - prints them; CTL_BAD when one is not proven isolated */
static int
states_show(struct ctl *ctl, const struct state *states, size_t n)
{
	struct json *list = json_array(ctl->ctx), *one;
	bool well = true;
	size_t i;

	for (i = 0; i < n; i++) {
		well = well && is_well(&states[i]);
		if (!ctl->json)
			state_print(&states[i]);
		else if (field_encode(ctl->ctx, state_view, &states[i],
		    &one) != ERR_OK)
			return ctl_bad(ctl);
		else
			json_add(list, one);
	}
	if (ctl->json && ctl_print(ctl, list) != CTL_GOOD)
		return CTL_BAD;
	return well ? CTL_GOOD : CTL_BAD;
}

static int
isolation_list(struct ctl *ctl)
{
	struct state *states;
	size_t n;

	if (states_read(ctl->ctx, ctl->options[OPTION_TENANT], &states, &n) !=
	    ERR_OK)
		return ctl_bad(ctl);
	return states_show(ctl, states, n);
}

/* run_ask - has it run at once, with its audit row */
static enum err
run_ask(struct ctx *ctx, const struct state *state, struct asked *asked)
{
	struct json *facts = json_object(ctx);
	struct audit audit = { .action = "isolation.run",
		.subject_type = "tenant", .subject_id = state->tenant.text,
		.result = AUDIT_DONE };
	enum err e;

	json_put_text(facts, "slug", state->slug);
	if ((e = json_print(ctx, facts, &audit.facts, NULL)) != ERR_OK ||
	    (e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = sql_one(ctx, &SQL_ISOLATION_ASKED, asked_view, asked)) !=
	    ERR_OK || (e = sql_exec(ctx, &SQL_ISOLATION_ASK, NULL,
	    ARG_UUID(&state->tenant))) != ERR_OK ||
	    (e = sql_script(ctx, "SET ROLE cameleer_owner")) != ERR_OK ||
	    (e = audit_write(ctx, &audit)) != ERR_OK ||
	    (e = sql_commit(ctx)) != ERR_OK)
		return e;
	return sql_script(ctx, "SET ROLE cameleer_gate");
}

/* run_wait - until a run that began after this moment has ended */
static enum err
run_wait(struct ctx *ctx, const struct uuid *tenant, const char *since)
{
	const struct timespec moment = { 0, LOOK_EVERY_NS };
	int64_t end = clock_s() + RUN_MAX_S, n = 0;
	enum err e;

	while ((e = sql_count(ctx, &SQL_ISOLATION_SINCE, &n, ARG_UUID(tenant),
	    ARG_TEXT(since))) == ERR_OK && n == 0) {
		if (clock_s() > end)
			return fail(ctx, ERR_UNAVAILABLE, "worker_silent",
			    "no probe has ended within %d s: is "
			    "cameleer-worker running, and does the place "
			    "answer?", RUN_MAX_S);
		(void)nanosleep(&moment, NULL);
	}
	return e;
}

static int
isolation_run(struct ctl *ctl)
{
	const char *slug = ctl->args[0];
	struct state *states;
	struct asked asked;
	size_t n;

	if (states_read(ctl->ctx, slug, &states, &n) != ERR_OK ||
	    run_ask(ctl->ctx, states, &asked) != ERR_OK ||
	    run_wait(ctl->ctx, &states->tenant, asked.asked) != ERR_OK ||
	    states_read(ctl->ctx, slug, &states, &n) != ERR_OK)
		return ctl_done(ctl, ctl->ctx->fault.err, "", NULL);
	return states_show(ctl, states, n);
}

/* isolation_checks_print - the list of docs/isolation.md, or as JSON */
static int
isolation_checks_print(struct ctl *ctl)
{
	const struct isolation_check *check = isolation_checks;
	struct json *list = json_array(ctl->ctx), *one;

	for (; check->name != NULL; check++) {
		if (!ctl->json) {
			(void)printf("- `%s` (must %s): %s\n", check->name,
			    check->open ? "work" : "fail", check->about);
			continue;
		}
		one = json_object(ctl->ctx);
		json_put_text(one, "check", check->name);
		json_put_text(one, "about", check->about);
		json_put_bool(one, "open", check->open);
		json_add(list, one);
	}
	return ctl->json ? ctl_print(ctl, list) : CTL_GOOD;
}

const struct command isolation_commands[] = {
	{ "isolation list", NULL, 1u << OPTION_TENANT, 0, NEEDS_DB,
	    isolation_list,
	    "Shows what the last isolation probe found in each tenant; fails "
	    "unless all are isolated." },
	{ "isolation run", "TENANT", 0, 0, NEEDS_DB, isolation_run,
	    "Has the isolation probe of a tenant run, and says what it "
	    "found." },
	{ "isolation checks", NULL, 0, 0, 0, isolation_checks_print,
	    "Lists what the isolation probe tries." },
	{ NULL, NULL, 0, 0, 0, NULL, NULL }
};
