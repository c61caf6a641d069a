/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The settings, in the order of the sample file and of the manual.
 */
#include "config.h"

#include "libshared/base/conf.h"
#include "libshared/base/log.h"

#define SOCKET_DIR_MAX	90	/* sun_path holds 107, /<module>.sock too */
#define SOCKET_PATH_MAX	107

#define SETTING(m, k, p, lo, hi, about) \
	{ #m, SETTING_ ## k, offsetof(struct conf, m), p, lo, hi, about }

const struct setting settings[] = {
	SETTING(base_url, URL, NULL, 1, 255,
	    "Public address of the platform: links, token issuer, Origin."),
	SETTING(internal_url, URL, "", 0, 255,
	    "Address under which tenants' containers reach the platform."),
	SETTING(run_dir, PATH, "/run/cameleer", 1, SOCKET_DIR_MAX,
	    "Directory of the responders' sockets."),
	SETTING(spool_dir, PATH, "/var/spool/cameleer", 1, 255,
	    "Directory where uploads wait for the worker."),
	SETTING(db_host, TEXT, "/run/postgresql", 1, 255,
	    "Host of PostgreSQL, or the directory of its socket."),
	SETTING(db_port, INT, "5432", 1, 65535,
	    "Port of PostgreSQL."),
	SETTING(db_name, TEXT, "cameleer", 1, 63,
	    "Database of the platform."),
	SETTING(tenant_db_host, TEXT, "", 0, 255,
	    "Host of the tenants' database, as containers see it."),
	SETTING(tenant_db_port, INT, "5432", 1, 65535,
	    "Port of the tenants' database, as containers see it."),
	SETTING(tenant_db_name, TEXT, "tenants", 1, 63,
	    "Database that holds a schema for each tenant."),
	SETTING(registry_url, PEER_URL, "", 0, 255,
	    "OCI registry that images are pushed to."),
	SETTING(registry_pull, TEXT, "", 0, 255,
	    "Name of the registry in the references that the engine pulls."),
	SETTING(base_image, IMAGE, "", 0, 255,
	    "Image with the Java runtime, in the registry, by digest."),
	SETTING(server_image, IMAGE, "", 0, 255,
	    "Image of cameleer-server, in the registry, by digest."),
	SETTING(agent_jar, PATH, "", 0, 255,
	    "Agent that is added to each application's image."),
	SETTING(engine_socket, PATH, "/run/podman/podman.sock", 1,
	    SOCKET_PATH_MAX,
	    "API socket of the container engine."),
	SETTING(ca_file, PATH, "", 0, 255,
	    "CA certificates (PEM) by which containers trust the platform."),
	SETTING(smtp_url, MAIL_URL, "", 0, 255,
	    "Mail server that takes our mail."),
	SETTING(smtp_user, TEXT, "", 0, 255,
	    "Account there; its password is the credential smtp.pass."),
	SETTING(smtp_ca, PATH, "", 0, 255,
	    "CA certificates (PEM) for the mail server."),
	SETTING(mail_from, TEXT, "", 0, 254,
	    "Sender of our mail."),
	SETTING(log_level, LEVEL, "info", LOG_ERROR, LOG__MAX - 1,
	    "Least important lines to log: error, warn, info or debug."),
	SETTING(processes, INT, "2", 1, 64,
	    "Children of each responder."),
	SETTING(worker_processes, INT, "2", 1, 64,
	    "Children of the worker."),
	SETTING(retire_after, INT, "100000", 100, 1000000000,
	    "Requests after which a child makes room for a fresh one."),
	{ NULL, SETTING_TEXT, 0, NULL, 0, 0, NULL }
};
