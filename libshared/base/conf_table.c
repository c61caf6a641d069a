/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The settings that every process has, in the order of the sample file, and the
 * settings of all modules together, as the build collected them.
 */
#include "config.h"

#include <assert.h>

#include "libshared/base/conf.h"
#include "libshared/base/log.h"
#include "libshared/base/str.h"

#define SOCKET_DIR_MAX	90	/* sun_path: 107 bytes with /<module>.sock */

const struct setting base_settings[] = {
	SETTING(conf, base_url, URL, NULL, 1, 255,
	    "Public address of the platform: links, token issuer, Origin."),
	SETTING(conf, run_dir, PATH, "/run/cameleer", 1, SOCKET_DIR_MAX,
	    "Directory of the responders' sockets."),
	SETTING(conf, spool_dir, PATH, "/var/spool/cameleer", 1, 255,
	    "Directory where uploads wait for the worker."),
	SETTING(conf, db_host, TEXT, "/run/postgresql", 1, 255,
	    "Host of PostgreSQL, or the directory of its socket."),
	SETTING(conf, db_port, INT, "5432", 1, 65535,
	    "Port of PostgreSQL."),
	SETTING(conf, db_name, TEXT, "cameleer", 1, 63,
	    "Database of the platform."),
	SETTING(conf, db_sslmode, SSLMODE, "", 0, 16,
	    "TLS to PostgreSQL; when it is not set, verify-full, but none is "
	    "asked for on this machine. The credentials db.cert and db.key, "
	    "where they exist, are a client certificate."),
	SETTING(conf, db_ca, PATH, "", 0, 255,
	    "CA certificates (PEM) for PostgreSQL; when it is not set, those "
	    "of the system."),
	SETTING(conf, open_networks, NETWORKS, "", 0, 1024,
	    "Networks with a special purpose (RFC 6890), such as private ones, "
	    "that tenants' containers and calls for tenants may reach."),
	SETTING(conf, log_level, LEVEL, "info", LOG_ERROR, LOG__MAX - 1,
	    "Least important lines to log: error, warn, info or debug."),
	SETTING(conf, processes, INT, "2", 1, 64,
	    "Children of each responder."),
	SETTING(conf, retire_after, INT, "100000", 100, 1000000000,
	    "Requests after which a child makes room for a fresh one."),
	SETTINGS_END
};

#include "libshared/base/settings.h"
static_assert(nitems(conf_known) <= CONF_SETTINGS_MAX, "room for each setting");
