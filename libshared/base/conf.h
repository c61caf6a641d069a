/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One settings file for all processes.  Each module declares its own settings
 * in a table beside the code that uses them, and reads them into a struct of
 * its own; the build collects the tables (settings.awk), so that every process
 * checks the whole file.
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
	SETTING_NETWORKS,	/* 10.1.0.0/16, fd00:7::/64 */
};

struct setting {
	const char		*name;
	enum setting_kind	 kind;
	size_t			 offset;	/* in its table's struct */
	const char		*preset;	/* NULL: must be set; "": may
						 * be left out */
	/* of the number, or the length */
	int64_t			 min, max;
	/* one sentence for the manual */
	const char		*about;
};

/*
 * A row of `const struct setting <group>_settings[]` in the module's file.
 * The member of struct s has the name of the setting: const char *, or int64_t
 * for INT and LEVEL.  The file stands in settings_tables of the module's .am.
 */
#define SETTING(s, m, k, p, lo, hi, about) \
	{ #m, SETTING_ ## k, offsetof(struct s, m), p, lo, hi, about }
#define SETTINGS_END	{ NULL, SETTING_TEXT, 0, NULL, 0, 0, NULL }

#define CONF_SETTINGS_MAX	256	/* of all modules together */

struct conf_file;

/* What every process has. */
struct conf {
	const char		*base_url, *run_dir, *spool_dir;
	const char		*db_host, *db_name;
	const char		*open_networks;
	int64_t			 db_port;
	int64_t			 log_level;
	int64_t			 processes, retire_after;
	const struct conf_file	*file;		/* as it was read */
};

extern const struct setting base_settings[];	/* of struct conf */
/* All settings of all modules, without offset; ends with .name NULL. */
extern const struct setting conf_known[];

/* NULL, or why this cannot be the value of the setting. */
const char *conf_check(const struct setting *setting, struct str value);

/*
 * Reads path into process memory; on failure says file:line: name: why to err,
 * one line for each mistake, and returns NULL.
 */
const struct conf *conf_load(const char *path, FILE *err) must_check;
/*
 * The module's own struct of this size, filled in by its table; made once,
 * lives as long as conf.
 */
const void *conf_part(const struct conf *conf, const struct setting *table,
    size_t size);
/* Another module's setting, as text; the program ends when there is none. */
const char *conf_value(const struct conf *conf, const char *name);
/* The whole file name of a credential, or NULL when none is configured. */
const char *conf_credential_path(struct ctx *ctx, const char *name);
/*
 * Its content without the final newline, in ctx->secrets; <= 16 KiB, a regular
 * file that not everybody may read.  ERR_INTERNAL, code credential, when not.
 */
enum err conf_credential(struct ctx *ctx, const char *name,
    const char **text) must_check;

#endif
