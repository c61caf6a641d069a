/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of doctor: tenants' places and database, and room for connections. */
#include "config.h"

#include <inttypes.h>

#include "libshared/base/conf.h"
#include "libshared/base/str.h"
#include "libshared/doors/sql.h"
#include "libshared/doors/sql_admin.h"
#include "libshared/skeleton/process.h"
#include "modules/ctl/ctl.h"
#include "modules/ctl/doctor/doctor.h"

#include "modules/ctl/doctor/doctor.sql.h"

struct place { bool known, may_create; };

struct ill { const char *name, *why; };

static const struct field ill_view[] = {
	VIEW_TEXT(struct ill, name),
	VIEW_TEXT(struct ill, why),
	FIELD_END
};

struct stuck { const char *slug; int64_t minutes; };

static const struct field stuck_view[] = {
	VIEW_TEXT(struct stuck, slug),
	VIEW_INT(struct stuck, minutes),
	FIELD_END
};

static const struct field place_view[] = {
	VIEW_BOOL(struct place, known),
	VIEW_BOOL(struct place, may_create),
	FIELD_END
};

/* tenants_where - returns "HOST port PORT, database NAME" */
static const char *
tenants_where(struct ctl *ctl)
{
	return text_printf(ctl->ctx->mem, "%s port %s, database %s",
	    conf_value(process.conf, "tenant_db_host"),
	    conf_value(process.conf, "tenant_db_port"),
	    conf_value(process.conf, "tenant_db_name"));
}

/* tenants_session - as cameleer_ctl, which may connect there, and no more */
static struct sql *
tenants_session(struct ctl *ctl)
{
	struct sql_config config = {
		.host = conf_value(process.conf, "tenant_db_host"),
		.name = conf_value(process.conf, "tenant_db_name"),
		.user = "cameleer_ctl", .application = "cameleerctl",
		.statement_timeout_ms = 5000, .lock_timeout_ms = 2000,
		.is_tenant_database = true,
		.sslmode = conf_value(process.conf, "tenant_db_sslmode"),
		.ca_file = conf_value(process.conf, "tenant_db_ca"),
	};

	if (!str_int(str_of(conf_value(process.conf, "tenant_db_port")), 1,
	    65535, &config.port))
		return NULL;
	if (conf_credential(ctl->ctx, "db.pass", &config.password) != ERR_OK)
		fail_clear(ctl->ctx);
	process_certificate(ctl->ctx, "db", &config);
	return sql_new(&config);
}

bool
check_tenants_database(struct ctl *ctl)
{
	struct sql *own = ctl->ctx->db, *tenants;
	const char *why;
	struct place place;
	enum err e;

	if (conf_value(process.conf, "tenant_db_host")[0] == '\0')
		return doctor_peers_bad(ctl, "tenant_db_host", "is not set",
		    "set it: no tenant can be made");
	tenants = tenants_session(ctl);
	ctl->ctx->db = tenants;
	e = sql_one(ctl->ctx, &SQL_TENANTS_PLACE, place_view, &place);
	ctl->ctx->db = own;
	why = text_printf(ctl->ctx->mem, "cameleer_ctl cannot work there: %s",
	    sql_refusal(tenants)[0] != '\0' ? sql_refusal(tenants) :
	    ctl->ctx->fault.detail);
	sql_free(&tenants);
	fail_clear(ctl->ctx);
	if (e != ERR_OK)
		return doctor_peers_bad(ctl, tenants_where(ctl), why,
		    "is PostgreSQL up, are tenant_db_host, _port and _name "
		    "right, was sql/tenants_database.sql run there?");
	if (place.known && place.may_create)
		return true;
	return doctor_peers_bad(ctl, tenants_where(ctl), place.known ?
	    "cameleer_provisioner may not make schemas" :
	    "cameleer_provisioner is not there, or may make no roles",
	    "run sql/roles.sql and sql/tenants_database.sql there");
}

bool
check_places(struct ctl *ctl)
{
	struct ill ill;
	int64_t ready;
	bool found;

	if (ctl->ctx->db == NULL) {
		(void)fail(ctl->ctx, ERR_UNAVAILABLE, "doctor", "cannot be "
		    "seen without the database");
		return false;
	}
	if (sql_opt(ctl->ctx, &SQL_PLACE_ILL, ill_view, &ill, &found) !=
	    ERR_OK || sql_count(ctl->ctx, &SQL_PLACE_READY, &ready) != ERR_OK)
		return false;
	if (found)
		return doctor_peers_bad(ctl, ill.name, ill.why, "mend it, then "
		    "run cameleerctl places check");
	return ready > 0 || doctor_peers_bad(ctl, "places", "none is ready",
	    "register one, or undrain one: no tenant can be made");
}

/* An alarm: an open path, or no proof for three intervals. */
bool
check_isolation(struct ctl *ctl)
{
	int64_t every_s = 0;
	struct ill ill;
	bool found = false;
	enum err e;

	if (ctl->ctx->db == NULL) {
		(void)fail(ctl->ctx, ERR_UNAVAILABLE, "doctor", "cannot be "
		    "seen without the database");
		return false;
	}
	if (!str_int(str_of(conf_value(process.conf, "isolation_every_s")), 1,
	    INT64_MAX / 3, &every_s) ||
	    sql_script(ctl->ctx, "SET ROLE cameleer_gate") != ERR_OK)
		return false;
	e = sql_opt(ctl->ctx, &SQL_ISOLATION_ILL, ill_view, &ill, &found,
	    ARG_INT(3 * every_s));
	if (sql_script(ctl->ctx, "SET ROLE cameleer_owner") != ERR_OK ||
	    e != ERR_OK)
		return false;
	return !found || doctor_peers_bad(ctl, ill.name, ill.why, "look at "
	    "cameleerctl isolation list, at cameleer-netguard and its table");
}

bool
check_stores(struct ctl *ctl)
{
	struct stuck stuck;
	bool found;
	enum err e;

	if (ctl->ctx->db == NULL) {
		(void)fail(ctl->ctx, ERR_UNAVAILABLE, "doctor", "cannot be "
		    "seen without the database");
		return false;
	}
	if (sql_script(ctl->ctx, "SET ROLE cameleer_gate") != ERR_OK)
		return false;
	e = sql_opt(ctl->ctx, &SQL_STORE_STUCK, stuck_view, &stuck, &found);
	if (sql_script(ctl->ctx, "SET ROLE cameleer_owner") != ERR_OK ||
	    e != ERR_OK)
		return false;
	return !found || doctor_peers_bad(ctl, stuck.slug,
	    text_printf(ctl->ctx->mem, "its old and its new passwords both "
	    "work, for %" PRId64 " minutes", stuck.minutes),
	    "see cameleerctl provision list, then run cameleerctl stores "
	    "renew");
}

bool
check_connections(struct ctl *ctl)
{
	struct sql *tenants = NULL;
	const char *why;
	enum err e;

	if (ctl->ctx->db == NULL) {
		(void)fail(ctl->ctx, ERR_UNAVAILABLE, "doctor", "cannot be "
		    "counted without the database");
		return false;
	}
	if (conf_value(process.conf, "tenant_db_host")[0] != '\0')
		tenants = tenants_session(ctl);
	e = process_connections(ctl->ctx, tenants);
	sql_free(&tenants);
	if (e == ERR_OK || e == ERR_CONFLICT)
		return e == ERR_OK;
	why = ctl->ctx->fault.detail;
	fail_clear(ctl->ctx);
	return doctor_peers_bad(ctl, "cannot be counted", why == NULL ?
	    "no answer" : why, "mend the tenants' database first");
}
