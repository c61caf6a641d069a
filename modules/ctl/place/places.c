/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cameleerctl places: where tenants run.
 *
 * Only cameleer_gate reads across tenants.  The worker checks a place, since it
 * alone reaches it; here a check is asked for and waited for.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "libshared/base/clock.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/doors/sql_admin.h"
#include "libshared/rows/place_row.h"
#include "libshared/skeleton/audit.h"
#include "modules/ctl/ctl.h"
#include "modules/ctl/place/place_given.h"

#include "modules/ctl/place/places.sql.h"

#define CHECK_MAX_S	30
#define LOOK_EVERY_NS	200000000

struct public { const char *public_key; };
struct added { bool done; };
struct moved { const char *answer; };
struct asked { const char *asked; };

static const struct field public_view[] = {
	VIEW_TEXT(struct public, public_key),
	FIELD_END
};

static const struct field added_view[] = {
	VIEW_BOOL(struct added, done),
	FIELD_END
};

static const struct field moved_view[] = {
	VIEW_TEXT(struct moved, answer),
	FIELD_END
};

static const struct field asked_view[] = {
	VIEW_TEXT(struct asked, asked),
	FIELD_END
};

static const char *
text_or(const char *text, const char *other)
{
	return text == NULL ? other : text;
}

/* health_of - what the last check said */
static const char *
health_of(const struct place_row *row)
{
	if (row->error != NULL)
		return row->error;
	if (row->warning != NULL)
		return row->warning;
	return row->checked_at == NULL ? "not checked yet" : "good";
}

/* place_read - reads one by its name; ERR_NOT_FOUND no_such_place */
static enum err
place_read(struct ctx *ctx, const char *name, struct place_row *row)
{
	struct place_row *rows;
	size_t n;
	enum err e;

	if ((e = sql_many(ctx, &SQL_PLACE_LIST, place_row_view, sizeof(*rows),
	    &rows, &n, ARG_TEXT(name))) != ERR_OK)
		return e;
	if (n == 0)
		return fail(ctx, ERR_NOT_FOUND, "no_such_place",
		    "there is no place %s", name);
	*row = rows[0];
	return ERR_OK;
}

static int
places_list(struct ctl *ctl)
{
	struct json *list = json_array(ctl->ctx), *one;
	struct place_row *rows;
	size_t i, n;

	if (sql_script(ctl->ctx, "SET ROLE cameleer_gate") != ERR_OK ||
	    sql_many(ctl->ctx, &SQL_PLACE_LIST, place_row_view, sizeof(*rows),
	    &rows, &n, ARG_NULL) != ERR_OK)
		return ctl_bad(ctl);
	for (i = 0; i < n; i++) {
		if (!ctl->json) {
			(void)printf("%-20s %-10s %lld tenants, %lld "
			    "applications, memory %lld of %s MiB, cpu %lld of "
			    "%s millicores; %s\n", rows[i].name, rows[i].state,
			    (long long)rows[i].tenants,
			    (long long)rows[i].applications,
			    (long long)rows[i].memory_used,
			    text_or(rows[i].memory_most, "?"),
			    (long long)rows[i].cpu_used,
			    text_or(rows[i].cpu_most, "?"),
			    health_of(&rows[i]));
			continue;
		}
		if (field_encode(ctl->ctx, place_row_view, &rows[i], &one) !=
		    ERR_OK)
			return ctl_bad(ctl);
		json_add(list, one);
	}
	return ctl->json ? ctl_print(ctl, list) : CTL_GOOD;
}

static void
row_print(const struct place_row *row)
{
	(void)printf("name          %s\nkind          %s\nstate         %s\n"
	    "tenant        %s\nendpoint      %s\nregistry      %s\n",
	    row->name, row->kind, row->state,
	    text_or(row->tenant, "any: it is shared"),
	    text_or(row->endpoint, "as the settings say"),
	    text_or(row->registry, "as the settings say"));
	(void)printf("tenants       %lld of %s\napplications  %lld\n"
	    "memory        %lld of %s MiB promised (%lld %%), %s free\n"
	    "processors    %lld of %s millicores promised (%lld %%)\n",
	    (long long)row->tenants, text_or(row->max_tenants, "any number"),
	    (long long)row->applications, (long long)row->memory_used,
	    text_or(row->memory_most, "?"),
	    (long long)row->memory_overcommit, text_or(row->free_mb, "?"),
	    (long long)row->cpu_used, text_or(row->cpu_most, "?"),
	    (long long)row->cpu_overcommit);
	(void)printf("disk          %s of %s MiB free\nimages        %s\n"
	    "version       %s\nlast check    %s: %s\n",
	    text_or(row->disk_free_mb, "?"), text_or(row->disk_mb, "?"),
	    text_or(row->images, "?"), text_or(row->version, "?"),
	    text_or(row->checked_at, "never"), health_of(row));
}

static int
row_show(struct ctl *ctl, const struct place_row *row)
{
	struct json *one;

	if (!ctl->json) {
		row_print(row);
		return CTL_GOOD;
	}
	if (field_encode(ctl->ctx, place_row_view, row, &one) != ERR_OK)
		return ctl_bad(ctl);
	return ctl_print(ctl, one);
}

static int
places_show(struct ctl *ctl)
{
	struct place_row row;

	if (sql_script(ctl->ctx, "SET ROLE cameleer_gate") != ERR_OK ||
	    place_read(ctl->ctx, ctl->args[0], &row) != ERR_OK)
		return ctl_bad(ctl);
	return row_show(ctl, &row);
}

/* change_record - writes the audit row, and commits */
static enum err
change_record(struct ctx *ctx, const char *action, const struct uuid *id,
    const char *name)
{
	struct json *facts = json_object(ctx);
	struct audit audit = { .action = action, .subject_type = "place",
		.subject_id = id->text, .result = AUDIT_DONE };
	enum err e;

	json_put_text(facts, "name", name);
	if ((e = json_print(ctx, facts, &audit.facts, NULL)) != ERR_OK ||
	    (e = sql_script(ctx, "SET ROLE cameleer_owner")) != ERR_OK ||
	    (e = audit_write(ctx, &audit)) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

static enum err
place_add(struct ctl *ctl, struct place_in *in, struct place_row *row)
{
	struct public public = { NULL };
	struct ctx *ctx = ctl->ctx;
	struct added added;
	struct uuid id;
	const char *text;
	bool found;
	enum err e;

	uuid7(&id);
	if ((e = sql_script(ctx, "SET ROLE cameleer_gate")) != ERR_OK ||
	    (e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_PLACE_PUBLIC, public_view, &public,
	    &found)) != ERR_OK ||
	    (e = place_row_make(ctx, &id, in, public.public_key, &text)) !=
	    ERR_OK)
		return e;
	e = sql_one(ctx, &SQL_PLACE_ADD, added_view, &added, ARG_UUID(&id),
	    ARG_TEXT(text));
	if (e == ERR_CONFLICT)
		return fail(ctx, e, "place_taken",
		    "there is a place %s already", in->name);
	if (e == ERR_OK && !added.done)
		return fail(ctx, ERR_NOT_FOUND, "no_such_tenant",
		    "there is no tenant %s", text_or(in->tenant, ""));
	if (e != ERR_OK || (e = place_read(ctx, in->name, row)) != ERR_OK)
		return e;
	return change_record(ctx, "place.add", &id, in->name);
}

/* word_of - how somebody who types the command calls a field */
static const char *
word_of(struct ctx *ctx, const char *field)
{
	static const struct { const char *field, *word; } words[] = {
		{ "name", "NAME" }, { "cpu_millis", "--cpu" },
		{ "memory_mb", "--memory" }, { "max_tenants", "--tenants" },
		{ "seal_certificate", "--seal-cert" },
	};
	size_t i;

	for (i = 0; i < nitems(words); i++)
		if (strcmp(words[i].field, field) == 0)
			return words[i].word;
	return text_printf(ctx->mem, "--%s", field);
}

/* fields_say - puts the first field that is wrong into the failure's words */
static int
fields_say(struct ctl *ctl)
{
	const struct fault *fault = &ctl->ctx->fault;

	sql_rollback(ctl->ctx);
	if (fault->nfields == 0)
		return ctl_bad(ctl);
	return ctl_usage(ctl, "%s: %s", word_of(ctl->ctx,
	    fault->fields[0].field), fault->fields[0].detail);
}

static int
places_add(struct ctl *ctl)
{
	struct place_row row;
	struct place_in in;
	struct json *one;

	if (place_given(ctl, &in) != ERR_OK ||
	    place_add(ctl, &in, &row) != ERR_OK ||
	    field_encode(ctl->ctx, place_row_view, &row, &one) != ERR_OK)
		return fields_say(ctl);
	return ctl_done(ctl, ERR_OK, "is registered, and ready after its "
	    "first good check: cameleerctl places check", one);
}

/* place_move - moves it on, with its audit row; *row is how it was */
static enum err
place_move(struct ctx *ctx, const char *name, const char *action,
    const char *to, struct place_row *row)
{
	struct moved moved;
	enum err e;

	if ((e = sql_script(ctx, "SET ROLE cameleer_gate")) != ERR_OK ||
	    (e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = place_read(ctx, name, row)) != ERR_OK ||
	    (e = sql_one(ctx, &SQL_PLACE_MOVE, moved_view, &moved,
	    ARG_UUID(&row->id), ARG_TEXT(to))) != ERR_OK ||
	    (e = place_moved(ctx, row, moved.answer)) != ERR_OK)
		return e;
	return change_record(ctx, action, &row->id, name);
}

static int
move_end(struct ctl *ctl, const char *action, const char *to, const char *what)
{
	struct json *one = json_object(ctl->ctx);
	struct place_row row;
	enum err e = place_move(ctl->ctx, ctl->args[0], action, to, &row);

	json_put_text(one, "name", ctl->args[0]);
	json_put_text(one, "state", to);
	return ctl_done(ctl, e, what, one);
}

static int
places_drain(struct ctl *ctl)
{
	return move_end(ctl, "place.drain", "draining",
	    "gets no new tenants; those that are there stay");
}

static int
places_undrain(struct ctl *ctl)
{
	return move_end(ctl, "place.undrain", "ready",
	    "gets new tenants again");
}

static int
places_remove(struct ctl *ctl)
{
	return move_end(ctl, "place.remove", "removed", "is removed");
}

/* check_wait - until the worker has checked it after this moment */
static enum err
check_wait(struct ctx *ctx, const struct uuid *id, const char *since)
{
	const struct timespec moment = { 0, LOOK_EVERY_NS };
	int64_t end = clock_s() + CHECK_MAX_S, n = 0;
	enum err e;

	while ((e = sql_count(ctx, &SQL_PLACE_SINCE, &n, ARG_UUID(id),
	    ARG_TEXT(since))) == ERR_OK && n == 0) {
		if (clock_s() > end)
			return fail(ctx, ERR_UNAVAILABLE, "worker_silent",
			    "the worker has not checked it within %d s: is "
			    "cameleer-worker running?", CHECK_MAX_S);
		(void)nanosleep(&moment, NULL);
	}
	return e;
}

static int
places_check(struct ctl *ctl)
{
	struct ctx *ctx = ctl->ctx;
	struct place_row row;
	struct asked asked;
	struct json *one;

	if (sql_one(ctx, &SQL_PLACE_ASKED, asked_view, &asked) != ERR_OK ||
	    place_move(ctx, ctl->args[0], "place.check", NULL, &row) !=
	    ERR_OK || sql_script(ctx, "SET ROLE cameleer_gate") != ERR_OK ||
	    check_wait(ctx, &row.id, asked.asked) != ERR_OK ||
	    place_read(ctx, ctl->args[0], &row) != ERR_OK)
		return ctl_done(ctl, ctx->fault.err, "", NULL);
	if (ctl->json && (field_encode(ctx, place_row_view, &row, &one) !=
	    ERR_OK || ctl_print(ctl, one) != CTL_GOOD))
		return ctl_bad(ctl);
	if (!ctl->json)
		(void)printf("%s: %s%s%s%s\n", row.name, row.error == NULL ?
		    "it answers, version " : "", row.error == NULL ?
		    text_or(row.version, "?") : row.error, row.error == NULL &&
		    row.warning != NULL ? "; " : "", row.error == NULL ?
		    text_or(row.warning, "") : "");
	return row.error == NULL ? CTL_GOOD : CTL_BAD;
}

#define ADD_OPTIONS	(1u << OPTION_ENDPOINT | 1u << OPTION_CA | \
			1u << OPTION_CERTIFICATE | 1u << OPTION_KEY_FILE | \
			1u << OPTION_REGISTRY | 1u << OPTION_TENANT | \
			1u << OPTION_CPU | 1u << OPTION_MEMORY | \
			1u << OPTION_TENANTS | 1u << OPTION_OVERCOMMIT | \
			1u << OPTION_CLUSTER | 1u << OPTION_TOKEN | \
			1u << OPTION_SEAL_CERT)

const struct command place_commands[] = {
	{ "places list", NULL, 0, 0, NEEDS_DB, places_list,
	    "Lists the places where tenants run, with their room." },
	{ "places show", "NAME", 0, 0, NEEDS_DB, places_show,
	    "Shows a place, and what its last check found." },
	{ "places add", "NAME", ADD_OPTIONS, 0, NEEDS_DB, places_add,
	    "Registers a container engine, of this machine by its socket, of "
	    "another over mutual TLS, or a cluster by --cluster." },
	{ "places check", "NAME", 0, 0, NEEDS_DB, places_check,
	    "Has the worker check a place, and says whether it answers." },
	{ "places drain", "NAME", 0, 0, NEEDS_DB, places_drain,
	    "Gives a place no new tenants." },
	{ "places undrain", "NAME", 0, 0, NEEDS_DB, places_undrain,
	    "Gives a place new tenants again." },
	{ "places remove", "NAME", 0, 0, NEEDS_DB, places_remove,
	    "Removes a place where no tenant is." },
	{ NULL, NULL, 0, 0, 0, NULL, NULL }
};
