/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cameleerctl doctor: does everything exist that the platform needs?
 *
 * It prints a line for each check, in the order in which things are needed; a
 * failed check says what to do.  Nothing is changed.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "libshared/base/arena.h"
#include "libshared/base/log.h"
#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/doors/sql_admin.h"
#include "libshared/proto/key.h"
#include "libshared/skeleton/process.h"
#include "modules/ctl/ctl.h"
#include "modules/ctl/db.h"
#include "modules/ctl/doctor/doctor.h"
#include "modules/ctl/keys.h"

#include "modules/ctl/doctor/doctor.sql.h"

#define SKEW_MAX_S	2
#define YEAR_2026	1767225600	/* an unset clock is before it */

struct clock { int64_t now; };

static const struct field clock_view[] = {
	VIEW_INT(struct clock, now),
	FIELD_END
};

struct trail { const char *may_change; bool guarded; };

static const struct field trail_view[] = {
	VIEW_TEXT_OPT(struct trail, may_change),
	VIEW_BOOL(struct trail, guarded),
	FIELD_END
};

struct late { const char *kind, *error; bool never; int64_t age_s; };

static const struct field late_view[] = {
	VIEW_TEXT(struct late, kind),
	VIEW_BOOL(struct late, never),
	VIEW_TEXT(struct late, error),
	VIEW_INT(struct late, age_s),
	FIELD_END
};

/*
 * no_database - skips a check that needs the database; check_database() has
 * already reported why
 */
static bool
no_database(struct ctl *ctl)
{
	if (ctl->ctx->db != NULL)
		return false;
	(void)fail(ctl->ctx, ERR_UNAVAILABLE, "doctor", "cannot be seen "
	    "without the database");
	return true;
}

/* Wrong settings have already ended the program with code 78. */
static bool
check_settings(struct ctl *ctl)
{
	(void)ctl;
	return process.conf != NULL;
}

static bool
check_database(struct ctl *ctl)
{
	struct ctx *ctx = ctl->ctx;
	const char *why;

	ctx->db = process_sql(ctx, "ctl");
	if (sql_script(ctx, "SET ROLE cameleer_owner") == ERR_OK)
		return true;
	why = arena_text(ctx->mem, sql_refusal(ctx->db),
	    strlen(sql_refusal(ctx->db)));
	sql_free(&ctx->db);
	fail_clear(ctx);
	(void)fail(ctx, ERR_UNAVAILABLE, "doctor", "%s port %" PRId64
	    ", database %s: cameleer_ctl cannot work there: %s; is PostgreSQL "
	    "up, was sql/roles.sql run, is db.pass right?",
	    process.conf->db_host, process.conf->db_port,
	    process.conf->db_name, why == NULL ? "no session" : why);
	return false;
}

static bool
check_schema(struct ctl *ctl)
{
	size_t pending;

	if (no_database(ctl) || db_pending(ctl, &pending) != ERR_OK)
		return false;
	if (pending == 0)
		return true;
	(void)fail(ctl->ctx, ERR_CONFLICT, "doctor", "%zu migrations are "
	    "pending; run cameleerctl db migrate", pending);
	return false;
}

static bool
check_trail(struct ctl *ctl)
{
	struct trail trail;

	if (no_database(ctl) || sql_one(ctl->ctx, &SQL_TRAIL_GUARD,
	    trail_view, &trail) != ERR_OK)
		return false;
	if (trail.may_change == NULL && trail.guarded)
		return true;
	(void)fail(ctl->ctx, ERR_CONFLICT, "doctor", "the audit trail can be "
	    "changed by %s; revoke it, and look who granted it",
	    trail.may_change == NULL ? "its owner: the trigger is off" :
	    trail.may_change);
	return false;
}

static bool
check_keys(struct ctl *ctl)
{
	struct key_row like;
	const char *kid;
	size_t i;

	if (no_database(ctl))
		return false;
	for (i = 0; i < nkey_uses; i++) {
		like.purpose = key_purpose_name(key_uses[i].purpose);
		like.holder = key_uses[i].holder;
		if (key_row_newest(ctl->ctx, &like, "active", &kid) != ERR_OK)
			return false;
		if (kid == NULL) {
			(void)fail(ctl->ctx, ERR_CONFLICT, "doctor",
			    "%s has no active key for `%s'; run cameleerctl "
			    "keys init", like.holder, like.purpose);
			return false;
		}
	}
	return true;
}

static bool
check_worker(struct ctl *ctl)
{
	struct late late;
	bool found;

	if (!check_worker_socket(ctl) || no_database(ctl) ||
	    sql_opt(ctl->ctx, &SQL_SCHEDULE_LATE,
	    late_view, &late, &found) != ERR_OK)
		return false;
	if (!found)
		return true;
	if (late.error[0] != '\0')
		(void)fail(ctl->ctx, ERR_CONFLICT, "doctor", "`%s' failed "
		    "last: %s", late.kind, late.error);
	else if (late.never)
		(void)fail(ctl->ctx, ERR_CONFLICT, "doctor", "`%s' has never "
		    "run; start cameleer-worker", late.kind);
	else
		(void)fail(ctl->ctx, ERR_CONFLICT, "doctor", "`%s' ran %"
		    PRId64 " s ago; look at the log of cameleer-worker",
		    late.kind, late.age_s);
	return false;
}

/* Processes date tokens and licences, PostgreSQL dates rows. */
static bool
check_clock(struct ctl *ctl)
{
	struct clock theirs;
	int64_t ours = (int64_t)time(NULL);

	if (ours < YEAR_2026) {
		(void)fail(ctl->ctx, ERR_CONFLICT, "doctor", "the clock of "
		    "this machine was never set; start time synchronisation");
		return false;
	}
	if (no_database(ctl) || sql_one(ctl->ctx, &SQL_CLOCK, clock_view,
	    &theirs) != ERR_OK)
		return false;
	ours = (int64_t)time(NULL);
	if (llabs(theirs.now - ours) <= SKEW_MAX_S)
		return true;
	(void)fail(ctl->ctx, ERR_CONFLICT, "doctor", "PostgreSQL's clock is %"
	    PRId64 " s ahead of ours; synchronise both", theirs.now - ours);
	return false;
}

static const struct { const char *name; check_fn run; } checks[] = {
	{ "settings", check_settings },
	{ "credentials", check_credentials },
	{ "database", check_database },
	{ "schema", check_schema },
	{ "audit trail", check_trail },
	{ "signing keys", check_keys },
	{ "responders", check_sockets },
	{ "worker", check_worker },
	{ "registry", check_registry },
	{ "base image", check_base_image },
	{ "server image", check_server_image },
	{ "agent", check_agent },
	{ "container engine", check_engine },
	{ "places", check_places },
	{ "isolation", check_isolation },
	{ "tenants' database", check_tenants_database },
	{ "stores", check_stores },
	{ "connections", check_connections },
	{ "GitOps repository", check_gitops },
	{ "mail", check_mail },
	{ "certificates", check_ca_files },
	{ "public address", check_base_url },
	{ "spool", check_spool },
	{ "clock", check_clock },
};

static struct json *
doctor_describe(struct ctl *ctl, const char *name, bool good)
{
	struct json *one = json_object(ctl->ctx);

	json_put_text(one, "check", name);
	json_put_bool(one, "ok", good);
	json_put_text(one, "detail", good ? NULL : ctl->ctx->fault.detail);
	return one;
}

static int
doctor_run(struct ctl *ctl)
{
	struct json *list = json_array(ctl->ctx);
	size_t i, wrong = 0;
	bool good;

	log_init("ctl", LOG_ERROR);	/* each line says why by itself */
	for (i = 0; i < nitems(checks); i++) {
		good = checks[i].run(ctl);
		wrong += !good;
		if (ctl->json)
			json_add(list, doctor_describe(ctl, checks[i].name,
			    good));
		else
			(void)printf("%-4s %s%s%s\n", good ? "ok" : "FAIL",
			    checks[i].name, good ? "" : ": ", good ? "" :
			    ctl->ctx->fault.detail);
		fail_clear(ctl->ctx);
	}
	if (ctl->json && ctl_print(ctl, list) != CTL_GOOD)
		return CTL_BAD;
	return wrong == 0 ? CTL_GOOD : CTL_BAD;
}

const struct command doctor_commands[] = {
	{ "doctor", NULL, 1u << OPTION_FROM, 0, NEEDS_CONF, doctor_run,
	    "Checks what the platform needs, and says what to do." },
	{ NULL, NULL, 0, 0, 0, NULL, NULL }
};
