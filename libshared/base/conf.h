/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One settings file for all processes, read against one typed table.
 *
 * Unknown keys, duplicates and values out of range stop the start.  Secrets
 * are not settings: they are files in $CREDENTIALS_DIRECTORY (systemd.exec(5)).
 */
#ifndef CAMELEER_CONF_H
#define CAMELEER_CONF_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "libshared/base/err.h"
#include "libshared/base/str.h"

struct ctx;

enum setting_kind {
	SETTING_TEXT,		/* printable UTF-8 */
	SETTING_INT,
	SETTING_URL,		/* https://host[:port]; http on loopback only */
	SETTING_PEER_URL,	/* the same, http anywhere: a peer inside */
	SETTING_MAIL_URL,	/* smtp:// or smtps://host[:port] */
	SETTING_PATH,		/* absolute, without .. */
	SETTING_IMAGE,		/* repository/name@sha256:… */
	SETTING_LEVEL,		/* error, warn, info or debug */
};

struct setting {
	const char		*name;
	enum setting_kind	 kind;
	size_t			 offset;	/* in struct conf */
	const char		*preset;	/* NULL: must be set; "": may
						 * be left out */
	/* of the number, or the length */
	int64_t			 min, max;
	/* one sentence for the manual */
	const char		*about;
};

struct conf {
	const char	*base_url, *internal_url;
	const char	*run_dir, *spool_dir;
	const char	*db_host, *db_name;
	int64_t		 db_port;
	const char	*tenant_db_host, *tenant_db_name;
	int64_t		 tenant_db_port;
	const char	*registry_url, *registry_pull;
	const char	*base_image, *server_image, *agent_jar;
	const char	*engine_socket, *ca_file;
	const char	*smtp_url, *smtp_user, *smtp_ca, *mail_from;
	int64_t		 log_level;
	int64_t		 processes, worker_processes, retire_after;
};

extern const struct setting settings[];		/* ends with .name NULL */

/* NULL, or why this cannot be the value of the setting. */
const char *conf_check(const struct setting *setting, struct str value);

/*
 * Reads path into process memory; on failure says file:line: name: why to err,
 * one line for each mistake, and returns NULL.
 */
const struct conf *conf_load(const char *path, FILE *err) must_check;
/* The whole file name of a credential, or NULL when none is configured. */
const char *conf_credential_path(struct ctx *ctx, const char *name);
/*
 * Its content without the final newline, in ctx->secrets; <= 16 KiB, a regular
 * file that not everybody may read.  ERR_INTERNAL, code credential, when not.
 */
enum err conf_credential(struct ctx *ctx, const char *name,
    const char **text) must_check;

#endif
