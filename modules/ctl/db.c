/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cameleerctl db: the schema of the platform's database.
 *
 * Migrations only go forward.  Each is applied in its own transaction together
 * with its row in cameleer.migration, under an advisory lock that only one
 * session can hold.
 */
#include "config.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libshared/base/clock.h"
#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/doors/sql_admin.h"
#include "modules/ctl/ctl.h"
#include "modules/ctl/db.h"

#include "modules/ctl/db.sql.h"

#define PRESET_DIR	DATADIR "/sql/migrations"

struct applied {
	int64_t		 version;
	const char	*name, *sha256, *applied_at;
};

static const struct field applied_view[] = {
	VIEW_INT(struct applied, version),
	VIEW_TEXT(struct applied, name),
	VIEW_TEXT(struct applied, sha256),
	VIEW_TEXT(struct applied, applied_at),
	FIELD_END
};

struct session { bool is_owner, is_locked, has_table; };

static const struct field session_view[] = {
	VIEW_BOOL(struct session, is_owner),
	VIEW_BOOL(struct session, is_locked),
	VIEW_BOOL(struct session, has_table),
	FIELD_END
};

/* The migrations in files and in the database. */
struct schema {
	struct migration	*files;
	struct applied		*applied;
	size_t			 nfiles, napplied;
};

/* db_compare - an applied migration must equal our file, byte for byte */
static enum err
db_compare(struct ctx *ctx, const struct schema *schema)
{
	const struct applied *was;
	const struct migration *is;
	size_t i;

	if (schema->napplied > schema->nfiles)
		return fail(ctx, ERR_CONFLICT, "schema_newer",
		    "the database has %zu migrations, only %zu are here: it "
		    "belongs to a newer version", schema->napplied,
		    schema->nfiles);
	for (i = 0; i < schema->napplied; i++) {
		was = &schema->applied[i];
		is = &schema->files[i];
		if (was->version != is->version)
			return fail(ctx, ERR_CONFLICT, "schema_gap",
			    "migration %04" PRId64 " was never applied, but "
			    "a later one was", is->version);
		if (strcmp(was->name, is->name) != 0 ||
		    strcmp(was->sha256, is->sha256) != 0)
			return fail(ctx, ERR_CONFLICT, "schema_changed",
			    "%04" PRId64 "_%s.sql is not what was applied as "
			    "%04" PRId64 "_%s: an applied migration never "
			    "changes, add another", is->version, is->name,
			    was->version, was->name);
	}
	return ERR_OK;
}

/*
 * preset_dir - returns where the installed migrations are: in their place, or
 * beside a program that was installed elsewhere
 */
static const char *
preset_dir(struct ctx *ctx)
{
	char self[PATH_MAX];
	const char *beside;
	ssize_t n;
	char *name;

	if (access(PRESET_DIR, F_OK) == 0 ||
	    (n = readlink("/proc/self/exe", self, sizeof(self) - 1)) <= 0)
		return PRESET_DIR;
	self[n] = '\0';
	if ((name = strrchr(self, '/')) == NULL)
		return PRESET_DIR;
	*name = '\0';
	beside = text_printf(ctx->mem, "%s/../sql", self);
	return beside != NULL && access(beside, F_OK) == 0 ? beside :
	    PRESET_DIR;
}

static enum err
read_schema(struct ctl *ctl, struct schema *schema)
{
	const char *dir = ctl->options[OPTION_FROM];
	struct ctx *ctx = ctl->ctx;
	struct session session;
	enum err e;

	if ((e = migrations_read(ctx, dir == NULL ? preset_dir(ctx) : dir,
	    &schema->files, &schema->nfiles)) != ERR_OK ||
	    (e = sql_one(ctx, &SQL_MIGRATION_SESSION, session_view,
	    &session)) != ERR_OK)
		return e;
	schema->napplied = 0;
	if (session.has_table && (e = sql_many(ctx, &SQL_MIGRATION_LIST,
	    applied_view, sizeof(*schema->applied), &schema->applied,
	    &schema->napplied)) != ERR_OK)
		return e;
	return db_compare(ctx, schema);
}

enum err
db_pending(struct ctl *ctl, size_t *pending)
{
	struct schema schema;
	enum err e;

	if ((e = read_schema(ctl, &schema)) != ERR_OK)
		return e;
	*pending = schema.nfiles - schema.napplied;
	return ERR_OK;
}

/* db_lock - waits for another migration, at most one minute */
static enum err
db_lock(struct ctx *ctx)
{
	enum err e;

	if ((e = sql_script(ctx, "SET statement_timeout = 0;"
	    "SET lock_timeout = '60s'")) != ERR_OK)
		return e;
	e = sql_exec(ctx, &SQL_MIGRATION_LOCK, NULL);
	if (e != ERR_OK && strcmp(sql_state(ctx), "55P03") == 0) {
		fail_clear(ctx);
		return fail(ctx, ERR_UNAVAILABLE, "migration_under_way",
		    "another migration is under way for more than a minute");
	}
	return e != ERR_OK ? e : sql_script(ctx, "SET lock_timeout = '10s'");
}

/* db_apply - applies one migration and inserts its row, or neither */
static enum err
db_apply(struct ctx *ctx, const struct migration *file)
{
	struct session session;
	enum err e;

	if ((e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = sql_one(ctx, &SQL_MIGRATION_SESSION, session_view,
	    &session)) != ERR_OK)
		return e;
	/* A new connection has neither the role nor the lock. */
	if (!session.is_owner || !session.is_locked)
		return fail(ctx, ERR_UNAVAILABLE, "session_lost",
		    "the connection was lost: run it again");
	if ((e = sql_script(ctx, file->text)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_MIGRATION_INSERT, NULL,
	    ARG_INT(file->version), ARG_TEXT(file->name),
	    ARG_TEXT(file->sha256))) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

/*
 * apply_all - applies pending migrations in order, and prints a line for each
 */
static enum err
apply_all(struct ctl *ctl, const struct schema *schema, struct json *done)
{
	const struct migration *file;
	int64_t start;
	size_t i;
	enum err e;

	for (i = schema->napplied; i < schema->nfiles; i++) {
		file = &schema->files[i];
		start = clock_ms();
		if ((e = db_apply(ctl->ctx, file)) != ERR_OK) {
			sql_rollback(ctl->ctx);
			(void)fprintf(stderr, "%04" PRId64 "_%s: not "
			    "applied\n", file->version, file->name);
			return e;
		}
		json_add_text(done, file->name);
		if (!ctl->json) {
			(void)printf("%04" PRId64 "_%s: applied in %" PRId64
			    " ms\n", file->version, file->name,
			    clock_ms() - start);
			(void)fflush(stdout);
		}
	}
	return ERR_OK;
}

static int
db_migrate(struct ctl *ctl)
{
	struct ctx *ctx = ctl->ctx;
	struct json *top = json_object(ctx), *done = json_array(ctx);
	struct schema schema;

	if (db_lock(ctx) != ERR_OK || read_schema(ctl, &schema) != ERR_OK ||
	    apply_all(ctl, &schema, done) != ERR_OK)
		return ctl_bad(ctl);
	if (!ctl->json) {
		(void)printf("schema is current: %zu migrations, %zu of them "
		    "applied now\n", schema.nfiles,
		    schema.nfiles - schema.napplied);
		return CTL_GOOD;
	}
	json_put_int(top, "migrations", (int64_t)schema.nfiles);
	json_put(top, "applied", done);
	return ctl_print(ctl, top);
}

static struct json *
db_describe(struct ctx *ctx, const struct schema *schema, size_t i)
{
	struct json *one = json_object(ctx);
	bool there = i < schema->napplied;

	json_put_int(one, "version", schema->files[i].version);
	json_put_text(one, "name", schema->files[i].name);
	json_put_text(one, "state", there ? "applied" : "pending");
	json_put_text(one, "applied_at", there ?
	    schema->applied[i].applied_at : NULL);
	return one;
}

static int
db_status(struct ctl *ctl)
{
	struct json *list = json_array(ctl->ctx);
	struct schema schema;
	size_t i;
	int rc = CTL_GOOD;

	if (read_schema(ctl, &schema) != ERR_OK)
		return ctl_bad(ctl);
	for (i = 0; i < schema.nfiles; i++) {
		bool there = i < schema.napplied;

		if (ctl->json)
			json_add(list, db_describe(ctl->ctx, &schema, i));
		else
			(void)printf("%04" PRId64 "_%-24s %s %s\n",
			    schema.files[i].version, schema.files[i].name,
			    there ? "applied" : "pending",
			    there ? schema.applied[i].applied_at : "");
	}
	if (ctl->json)
		rc = ctl_print(ctl, list);
	return rc == CTL_GOOD && schema.napplied < schema.nfiles ? CTL_BAD :
	    rc;
}

const struct command db_commands[] = {
	{ "db migrate", NULL, 1u << OPTION_FROM, 0, NEEDS_DB, db_migrate,
	    "Applies the migrations that the database does not have yet." },
	{ "db status", NULL, 1u << OPTION_FROM, 0, NEEDS_DB, db_status,
	    "Lists the migrations; bad when one is pending or changed." },
	{ NULL, NULL, 0, 0, 0, NULL, NULL }
};
