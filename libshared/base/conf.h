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
	SETTING_URL,		/* https://host[:port], http for loopback */
	SETTING_PEER_URL,	/* the same, http everywhere: a peer inside */
	SETTING_MAIL_URL,	/* smtp:// or smtps://host[:port] */
	SETTING_GIT_URL,	/* https:// or ssh:// with a path; or file:// */
	SETTING_PATH,		/* absolute, without .. */
	SETTING_IMAGE,		/* repository/name@sha256:… */
	SETTING_LEVEL,		/* error, warn, info or debug */
	SETTING_SSLMODE,	/* disable, require, verify-ca, verify-full */
	SETTING_NETWORKS,	/* 10.1.0.0/16, fd00:7::/64 */
};

struct setting {
	const char		*name;
	enum setting_kind	 kind;
	size_t			 offset;	/* in the struct of its table */
	const char		*preset;	/* NULL: must be set; "": may
						 * be left out */
	/* Range of the number, or of the length of the text. */
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

#define CONF_SETTINGS_MAX	256	/* in all modules together */

struct conf_file;

/* The settings that every process has. */
struct conf {
	const char		*base_url, *run_dir, *spool_dir;
	const char		*db_host, *db_name, *db_sslmode, *db_ca;
	const char		*open_networks;
	int64_t			 db_port;
	int64_t			 log_level;
	int64_t			 processes, retire_after;
	const struct conf_file	*file;		/* its content */
};

extern const struct setting base_settings[];	/* for struct conf */
/* All settings of all modules, without offsets; the end has .name NULL. */
extern const struct setting conf_known[];

/* NULL, or the reason why the setting cannot have this value. */
const char *conf_check(const struct setting *setting, struct str value);

/*
 * Reads the file at path into memory of the process.  On failure prints one
 * line "file:line: name: why" for each mistake to err and returns NULL.
 */
const struct conf *conf_load(const char *path, FILE *err) must_check;
/*
 * The module's own struct of this size, filled in from its table.  It is made
 * once and lives as long as conf.
 */
const void *conf_part(const struct conf *conf, const struct setting *table,
    size_t size);
/* The text of another module's setting; aborts when no such setting exists. */
const char *conf_value(const struct conf *conf, const char *name);
/* The full path of a credential, or NULL when none is configured. */
const char *conf_credential_path(struct ctx *ctx, const char *name);
/*
 * Reads a credential without the final newline into ctx->secrets: at most 16
 * KiB, from a regular file that others cannot read.  Else ERR_INTERNAL, code
 * credential.
 */
enum err conf_credential(struct ctx *ctx, const char *name,
    const char **text) must_check;

#endif
