/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Collects the logs of all deployments that run, each second.
 *
 * A round reads a log to its end, but not more than BATCHES_MAX batches, so
 * that one that never ends does not stop the others; the next round continues
 * there.  The log of a deployment keeps its last LINES_KEPT lines, and of them
 * so many bytes and days as settings say.  Where lines were lost before we read
 * them, a line of the stream "platform" says so.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "libshared/base/conf.h"
#include "libshared/base/log.h"
#include "libshared/base/str.h"
#include "libshared/doors/field.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/prefork.h"
#include "libshared/skeleton/process.h"
#include "modules/worker/place/place.h"
#include "modules/worker/rounds/rounds.h"
#include "modules/worker/runtime/runtime.h"
#include "modules/worker/work.h"

#include "modules/worker/rounds/logs.sql.h"

#define BATCH_MEM_MAX	((size_t)48 << 20)
#define LINES_BATCH	10000
#define BATCHES_MAX	4
#define LINES_KEPT	50000
#define BOUND_MAX	128
#define LOST \
	"Lines were lost here: they came faster than they could be read, " \
	"and the container's log had been rotated."

struct logs_conf { int64_t log_keep_mib, log_keep_days; };

/* Settings, not plans: all plans keep as many lines; the disk is one. */
static const struct setting logs_settings[] = {
	SETTING(logs_conf, log_keep_mib, INT, "32", 1, 1024,
	    "MiB of log lines that are kept of each deployment."),
	SETTING(logs_conf, log_keep_days, INT, "30", 1, 3650,
	    "Days that log lines are kept."),
	SETTINGS_END
};

static const struct logs_conf *
logs_conf(void)
{
	return conf_part(process.conf, logs_settings,
	    sizeof(struct logs_conf));
}

struct log_place { struct uuid id, tenant; };

static const struct field log_place_view[] = {
	VIEW_UUID(struct log_place, id),
	VIEW_UUID(struct log_place, tenant),
	FIELD_END
};

struct log_source {
	const char	*log_cursor, *app, *environment, *slug;
	struct uuid	 place;
	const struct runtime *rt;	/* of that place */
};

static const struct field log_source_view[] = {
	VIEW_TEXT_OPT(struct log_source, log_cursor),
	VIEW_TEXT(struct log_source, app),
	VIEW_TEXT(struct log_source, environment),
	VIEW_TEXT(struct log_source, slug),
	VIEW_UUID(struct log_source, place),
	FIELD_END
};

static void
row_add(struct ctx *ctx, struct json *rows, const struct runtime_line *line,
    const char *stream)
{
	struct json *row = json_object(ctx);

	json_put_text(row, "at", line->time);
	json_put_text(row, "stream", stream);
	if (line->level != NULL)
		json_put_text(row, "level", line->level);
	json_put_text(row, "line", line->text);
	json_add(rows, row);
}

/*
 * level_of - what continues a line, as the rest of a stack trace, has its level
 */
static const char *
level_of(const struct runtime_line *line, const char **last)
{
	if (line->level != NULL || line->text[0] == '\0' ||
	    (line->text[0] != '\t' && line->text[0] != ' ' &&
	    strncmp(line->text, "Caused by: ", 11) != 0))
		*last = line->level;
	return *last;
}

/* rows_of - makes the lines a JSON array, for one INSERT */
static enum err
rows_of(struct ctx *ctx, const struct runtime_log *log, const char **text)
{
	const struct runtime_line lost = { .time = log->lines[0].time,
	    .text = LOST, .level = "warn" };
	const char *last[2] = { NULL, NULL };	/* of each stream */
	struct json *rows = json_array(ctx);
	struct runtime_line line;
	size_t i, len;

	if (log->lost)
		row_add(ctx, rows, &lost, "platform");
	for (i = 0; i < log->nlines; i++) {
		line = log->lines[i];
		line.level = level_of(&line, &last[line.error]);
		row_add(ctx, rows, &line, line.error ? "stderr" : "stdout");
	}
	return json_print(ctx, rows, text, &len);
}

static enum err
lines_prune(struct ctx *ctx, const struct log_place *place)
{
	const struct logs_conf *conf = logs_conf();
	char bound[BOUND_MAX];

	(void)snprintf(bound, sizeof(bound), "a log keeps the last %d lines, "
	    "%lld MiB and %lld days of a deployment", LINES_KEPT,
	    (long long)conf->log_keep_mib, (long long)conf->log_keep_days);
	return sql_exec(ctx, &SQL_LOG_PRUNE, NULL, ARG_UUID(&place->id),
	    ARG_INT(LINES_KEPT), ARG_INT(conf->log_keep_mib << 20),
	    ARG_INT(conf->log_keep_days), ARG_TEXT(bound));
}

/* lines_store - stores the lines and the new cursor in one transaction */
static enum err
lines_store(struct ctx *ctx, const struct log_place *place,
    const struct log_source *source, const struct runtime_log *log)
{
	const char *rows;
	int64_t moved;
	enum err e;

	if ((e = rows_of(ctx, log, &rows)) != ERR_OK ||
	    (e = work_begin_for(ctx, &place->tenant, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_LOG_CURSOR, &moved,
	    ARG_UUID(&place->id), ARG_TEXT(log->cursor),
	    ARG_TEXT(source->log_cursor))) != ERR_OK)
		return e;
	if (moved == 1 && ((e = sql_exec(ctx, &SQL_LOG_ADD, NULL,
	    ARG_UUID(&place->id), ARG_TEXT(rows))) != ERR_OK ||
	    (e = lines_prune(ctx, place)) != ERR_OK))
		return e;
	return sql_commit(ctx);
}

static enum err
source_read(struct ctx *ctx, const struct log_place *place,
    struct log_source *source, bool *found)
{
	enum err e;

	if ((e = work_begin_for(ctx, &place->tenant, false)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_LOG_PLACE, log_source_view, source, found,
	    ARG_UUID(&place->id))) != ERR_OK ||
	    (e = sql_commit(ctx)) != ERR_OK || !*found)
		return e;
	return place_runtime(ctx, &source->place, &source->rt);
}

/* batch_collect - *more: the log has further lines */
static enum err
batch_collect(struct ctx *ctx, const struct log_place *place, bool *more)
{
	struct runtime_log log = { .max = LINES_BATCH, .whole = true };
	struct log_source source = { 0 };
	struct runtime_ref ref;
	bool found;
	enum err e;

	*more = false;
	if ((e = source_read(ctx, place, &source, &found)) != ERR_OK ||
	    !found)
		return e;
	ref = (struct runtime_ref){ source.slug, source.environment,
	    source.app };
	if ((e = source.rt->logs(ctx, source.rt, &ref, source.log_cursor,
	    &log)) != ERR_OK || log.nlines == 0)
		return e;
	*more = log.more;
	return lines_store(ctx, place, &source, &log);
}

/* place_collect - gives each batch the whole memory of its own context */
static enum err
place_collect(struct ctx *round, struct ctx *own, const struct log_place *place)
{
	bool more = true;
	enum err e;
	int i;

	for (i = 0; i < BATCHES_MAX && more && !prefork_stopping(); i++) {
		ctx_part(own, round);
		if ((e = batch_collect(own, place, &more)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

enum err
logs_round(struct ctx *ctx)
{
	struct log_place *places;
	struct ctx *own;
	size_t i, n;
	enum err e;

	if ((e = sql_many(ctx, &SQL_LOG_PLACES, log_place_view,
	    sizeof(*places), &places, &n)) != ERR_OK)
		return e;
	own = ctx_new(BATCH_MEM_MAX);
	for (i = 0; i < n && !prefork_stopping(); i++) {
		if (place_collect(ctx, own, &places[i]) == ERR_OK)
			continue;
		sql_rollback(ctx);
		log_event(LOG_WARN, "log_missed",
		    LOG_TEXT("id", places[i].id.text),
		    LOG_TEXT("detail", own->fault.detail));
	}
	ctx_free(&own);
	return ERR_OK;
}

enum err
logs_age(struct ctx *ctx)
{
	struct log_place *places;
	size_t i, n;
	enum err e;

	if ((e = sql_many(ctx, &SQL_LOG_AGED, log_place_view, sizeof(*places),
	    &places, &n, ARG_INT(logs_conf()->log_keep_days))) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		if ((e = work_begin_for(ctx, &places[i].tenant, true)) !=
		    ERR_OK || (e = lines_prune(ctx, &places[i])) != ERR_OK ||
		    (e = sql_commit(ctx)) != ERR_OK)
			return e;
	return ERR_OK;
}
