/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks of places: what each says of itself, and whether it answers.
 *
 * A round checks one place, so that a silent one keeps a child of the worker
 * for one deadline at most.  A registered place is ready after its first good
 * check.  A change is in the audit trail, the last result in the row.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "libshared/base/conf.h"
#include "libshared/base/lifecycle.h"
#include "libshared/doors/field.h"
#include "libshared/doors/json.h"
#include "libshared/doors/metrics.h"
#include "libshared/doors/sql.h"
#include "libshared/proto/sealed.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/process.h"
#include "modules/worker/place/place.h"
#include "modules/worker/rounds/rounds.h"
#include "modules/worker/runtime/runtime.h"

#include "modules/worker/rounds/places.sql.h"

#define CHECK_EVERY_S	15

struct places_conf {
	int64_t	place_cpu_overcommit, place_memory_overcommit, place_tenants;
};

static const struct setting places_settings[] = {
	SETTING(places_conf, place_cpu_overcommit, INT, "1600", 10, 100000,
	    "Percent of this machine's processors that containers are "
	    "promised."),
	SETTING(places_conf, place_memory_overcommit, INT, "150", 10, 100000,
	    "Percent of this machine's memory that containers are promised."),
	SETTING(places_conf, place_tenants, INT, "0", 0, 100000,
	    "Tenants that run on this machine at most; 0: as memory allows."),
	SETTINGS_END
};

struct due { struct uuid id; const char *name, *state, *error; };

static const struct field due_view[] = {
	VIEW_UUID(struct due, id),
	VIEW_TEXT(struct due, name),
	VIEW_TEXT(struct due, state),
	VIEW_TEXT_OPT(struct due, error),
	FIELD_END
};

struct gauge {
	const char	*name;
	bool		 up;
	int64_t		 tenants, cpu_used, cpu_most, memory_used, memory_most;
	int64_t		 paths_open, probe_age_s, drift;
};

static const struct field gauge_view[] = {
	VIEW_TEXT(struct gauge, name),
	VIEW_BOOL(struct gauge, up),
	VIEW_INT(struct gauge, tenants),
	VIEW_INT(struct gauge, cpu_used),
	VIEW_INT(struct gauge, cpu_most),
	VIEW_INT(struct gauge, memory_used),
	VIEW_INT(struct gauge, memory_most),
	VIEW_INT(struct gauge, paths_open),
	VIEW_INT(struct gauge, probe_age_s),
	VIEW_INT(struct gauge, drift),
	FIELD_END
};

/* own_set - gives the installation's own place what the settings say */
static enum err
own_set(struct ctx *ctx)
{
	const struct places_conf *conf = conf_part(process.conf,
	    places_settings, sizeof(*conf));

	return sql_exec(ctx, &SQL_PLACE_OWN, NULL,
	    ARG_INT(conf->place_cpu_overcommit),
	    ARG_INT(conf->place_memory_overcommit),
	    ARG_INT(conf->place_tenants));
}

static enum err
seal_publish(struct ctx *ctx)
{
	const char *public;
	enum err e;

	if ((e = sealed_public(ctx, PLACE_SEAL_KEY, &public)) != ERR_OK)
		return e;
	return sql_exec(ctx, &SQL_PLACE_SEAL_SET, NULL, ARG_TEXT(public));
}

/* place_look - NULL: it answers, and *facts is what it said; else why not */
static const char *
place_look(struct ctx *ctx, const struct due *due,
    struct runtime_facts *facts)
{
	const struct runtime *rt;
	const char *why;

	if (place_runtime(ctx, &due->id, &rt) == ERR_OK &&
	    rt->look(ctx, rt, facts) == ERR_OK)
		return NULL;
	why = ctx->fault.detail;
	fail_clear(ctx);
	return why == NULL ? "it does not answer" : why;
}

/* change_record - writes the audit row of a place that changed */
static enum err
change_record(struct ctx *ctx, const struct due *due, const char *why)
{
	struct json *facts = json_object(ctx);
	struct audit audit = { .action = "place.answer",
	    .subject_type = "place", .subject_id = due->id.text,
	    .result = why == NULL ? AUDIT_DONE : AUDIT_FAILED,
	    .code = why == NULL ? NULL : "place_silent" };
	enum err e;

	json_put_text(facts, "name", due->name);
	if (why != NULL)
		json_put_text(facts, "why", why);
	if ((e = json_print(ctx, facts, &audit.facts, NULL)) != ERR_OK)
		return e;
	return audit_write(ctx, &audit);
}

static enum err
place_check(struct ctx *ctx, const struct due *due)
{
	struct runtime_facts facts = { .version = NULL };
	const char *why = place_look(ctx, due, &facts);
	bool changed = (why == NULL) != (due->error == NULL) || (why == NULL &&
	    place_state_of(due->state) == PLACE_REGISTERED);
	enum err e;

	if ((e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_PLACE_CHECKED, NULL, ARG_UUID(&due->id),
	    ARG_TEXT(why), ARG_TEXT(facts.version),
	    ARG_INT(facts.cpu_millis), ARG_INT(facts.memory_mb),
	    ARG_INT(facts.free_mb), ARG_INT(facts.disk_mb),
	    ARG_INT(facts.disk_free_mb), ARG_INT(facts.images),
	    ARG_TEXT(facts.warning))) != ERR_OK ||
	    (changed && (e = change_record(ctx, due, why)) != ERR_OK))
		return e;
	return sql_commit(ctx);
}

static enum err
gauges_set(struct ctx *ctx)
{
	struct metrics_place places[METRICS_PLACES_MAX];
	struct gauge *rows;
	size_t i, n;
	enum err e;

	if ((e = sql_many(ctx, &SQL_PLACE_GAUGES, gauge_view, sizeof(*rows),
	    &rows, &n)) != ERR_OK)
		return e;
	if (n > METRICS_PLACES_MAX)
		n = METRICS_PLACES_MAX;
	for (i = 0; i < n; i++) {
		places[i] = (struct metrics_place){ .values = {
			[PLACE_UP] = rows[i].up,
			[PLACE_TENANTS] = (uint64_t)rows[i].tenants,
			[PLACE_CPU_USED] = (uint64_t)rows[i].cpu_used,
			[PLACE_CPU_MOST] = (uint64_t)rows[i].cpu_most,
			[PLACE_MEMORY_USED] = (uint64_t)rows[i].memory_used,
			[PLACE_MEMORY_MOST] = (uint64_t)rows[i].memory_most,
			[PLACE_PATHS_OPEN] = (uint64_t)rows[i].paths_open,
			[PLACE_PROBE_AGE] = (uint64_t)rows[i].probe_age_s,
			[PLACE_DRIFT] = (uint64_t)rows[i].drift,
		} };
		(void)snprintf(places[i].name, sizeof(places[i].name), "%s",
		    rows[i].name);
	}
	metrics_places(places, n);
	return ERR_OK;
}

enum err
places_round(struct ctx *ctx)
{
	struct due due;
	bool found;
	enum err e;

	if ((e = own_set(ctx)) != ERR_OK || (e = seal_publish(ctx)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_PLACE_DUE, due_view, &due, &found,
	    ARG_INT(CHECK_EVERY_S))) != ERR_OK)
		return e;
	if (found && (e = place_check(ctx, &due)) != ERR_OK)
		return e;
	return gauges_set(ctx);
}
