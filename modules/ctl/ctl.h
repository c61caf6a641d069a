/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Internals of cameleerctl: groups of commands by file, and what they share.
 *
 * A group is a table of commands that ctl.c lists.  A new group is one
 * file, one declaration here and one line there.
 */
#ifndef CAMELEER_CTL_H
#define CAMELEER_CTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/ctx.h"
#include "libshared/base/err.h"
#include "libshared/base/str.h"

struct arena;
struct json;

#define CTL_GOOD	0
#define CTL_BAD		1
#define CTL_USAGE	2
#define CTL_CONFIG	78	/* EX_CONFIG */

#define CTL_ARGS_MAX	4

/* ctl_table.c decides which value follows an option. */
enum ctl_option {
	OPTION_FROM,		/* --from DIR */
	OPTION_OUT,		/* --out DIR */
	OPTION_BIN,		/* --bin DIR */
	OPTION_HOLDER,		/* --holder PROCESS */
	OPTION_CA,		/* --ca FILE */
	OPTION_EMERGENCY,
	OPTION_NOW,
	OPTION_KEYS,		/* --keys FILE */
	OPTION_CHECKPOINT,	/* --checkpoint FILE */
	OPTION_AFTER,		/* --after SEQ */
	OPTION_STATE,		/* --state STATE */
	OPTION_STATE_FILE,	/* --state FILE: of another command */
	OPTION_KEY,		/* --key PUBLIC */
	OPTION_AT,		/* --at TIME */
	OPTION_REVOCATIONS,	/* --revocations FILE */
	OPTION_FORMAT,		/* --format FORMAT */
	OPTION_SEAL_CERT,	/* --seal-cert FILE */
	OPTION_PLACE,		/* --place FILE */
	OPTION_ENDPOINT,	/* --endpoint URL, and more of places add */
	OPTION_CERTIFICATE,
	OPTION_KEY_FILE,	/* --key FILE: of another command */
	OPTION_REGISTRY,
	OPTION_TENANT,
	OPTION_CPU,
	OPTION_MEMORY,
	OPTION_TENANTS,
	OPTION_OVERCOMMIT,
	OPTION_UNTIL,		/* --until DAY */
	OPTION_CLUSTER,		/* --cluster FILE */
	OPTION_TOKEN,		/* --token FILE */
	OPTION_FOR,		/* --for TOOL */
	OPTION__MAX
};

struct ctl {
	struct ctx		*ctx;
	const struct command	*command;
	bool			 json;		/* --json */
	const char		*args[CTL_ARGS_MAX];
	const char		*options[OPTION__MAX];	/* NULL: not given */
};

#define NEEDS_CONF	(1u << 0)
#define NEEDS_DB	(1u << 1)	/* as cameleer_owner; reads settings */

struct command {
	const char	*name;		/* "db migrate" */
	/* "KID": how many and what, or NULL; "[KID]" may be left out. */
	const char	*args;
	unsigned	 options;	/* 1u << OPTION_…: allowed */
	unsigned	 must;		/* required */
	unsigned	 needs;
	int		(*run)(struct ctl *ctl);	/* exit code */
	const char	*about;		/* one line */
};

/* Each ends with .name NULL. */
extern const struct command db_commands[], keys_commands[],
    config_commands[], route_commands[], openapi_commands[],
    actions_commands[],
    doctor_commands[], provision_commands[], user_commands[],
    operator_commands[], audit_commands[], login_commands[],
    erase_commands[], help_commands[], tenant_commands[],
    license_commands[], export_commands[], place_commands[],
    limit_commands[], isolation_commands[], certificate_commands[],
    drift_commands[], store_commands[], agent_commands[];

/* audit_export.c: the commands of audit.c that need the database. */
int audit_print(struct ctl *ctl);
int audit_keys(struct ctl *ctl);
/* audit.c: adds the public keys of a JWKS; path NULL: the usual file. */
struct keyring;
enum err audit_keys_read(struct ctx *ctx, const char *path,
    struct keyring *ring) must_check;

/* ctl_output.c: prints the fault of ctx on standard error; returns CTL_BAD. */
int ctl_bad(struct ctl *ctl);
/* Prints a JSON value as one line; ctl_bad() on failure. */
int ctl_print(struct ctl *ctl, const struct json *value);
/*
 * The end of a change to what the first argument names: says what was done, as
 * JSON `value`; or rolls back and says why not.
 */
int ctl_done(struct ctl *ctl, enum err e, const char *what,
    const struct json *value);
/* Prints a usage mistake that only the command can detect; CTL_USAGE. */
int ctl_usage(struct ctl *ctl, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Reads a whole regular file of at most max bytes into mem; ERR_NOT_FOUND. */
enum err ctl_read_file(struct ctx *ctx, struct arena *mem, const char *path,
    size_t max, struct str *text) must_check;

#endif
