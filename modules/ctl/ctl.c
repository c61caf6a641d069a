/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cameleerctl - the operator's tool for schema, keys, settings and health.
 *
 * Start reading at groups[].  A command gets checked arguments, a context, and,
 * when it asks for it, a database session as cameleer_owner.
 */
#include "config.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "libshared/base/conf.h"
#include "libshared/base/log.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/http.h"
#include "libshared/doors/sql.h"
#include "libshared/doors/sql_admin.h"
#include "libshared/skeleton/process.h"
#include "libshared/skeleton/service.h"
#include "modules/ctl/ctl.h"

#define CTL_MEM_MAX	(64u << 20)

static const struct command *const groups[] = {
	db_commands, keys_commands, config_commands, route_commands,
	openapi_commands, actions_commands, doctor_commands, job_commands,
	user_commands, operator_commands, audit_commands, login_commands,
	erase_commands,
};

static const struct { const char *name, *value; } options[] = {
	[OPTION_FROM] = { "--from", "DIR" },
	[OPTION_OUT] = { "--out", "DIR" },
	[OPTION_BIN] = { "--bin", "DIR" },
	[OPTION_HOLDER] = { "--holder", "PROCESS" },
	[OPTION_CA] = { "--ca", "FILE" },
	[OPTION_EMERGENCY] = { "--emergency", NULL },
	[OPTION_NOW] = { "--now", NULL },
	[OPTION_KEYS] = { "--keys", "FILE" },
	[OPTION_CHECKPOINT] = { "--checkpoint", "FILE" },
	[OPTION_AFTER] = { "--after", "SEQ" },
};
static_assert(nitems(options) == OPTION__MAX, "a row for each option");

/* print_command - prints its synopsis and what it does */
static void
print_command(FILE *out, const struct command *command)
{
	char line[128];
	size_t i, len;

	(void)snprintf(line, sizeof(line), "%s%s%s", command->name,
	    command->args == NULL ? "" : " ",
	    command->args == NULL ? "" : command->args);
	for (i = 0; i < nitems(options); i++) {
		bool must = (command->must & 1u << i) != 0;

		if (((command->options | command->must) & 1u << i) == 0)
			continue;
		len = strlen(line);
		(void)snprintf(line + len, sizeof(line) - len, " %s%s%s%s%s",
		    must ? "" : "[", options[i].name,
		    options[i].value == NULL ? "" : " ",
		    options[i].value == NULL ? "" : options[i].value,
		    must ? "" : "]");
	}
	(void)fprintf(out, "  %s\n      %s\n", line, command->about);
}

static int
usage_print(FILE *out, const struct command *only)
{
	const struct command *command;
	size_t i;

	(void)fprintf(out, "usage: cameleerctl [-c FILE] [--json] COMMAND\n");
	if (only != NULL)
		print_command(out, only);
	for (i = 0; only == NULL && i < nitems(groups); i++)
		for (command = groups[i]; command->name != NULL; command++)
			print_command(out, command);
	if (only == NULL)
		(void)fprintf(out, "Exit code: 0 good, 1 bad, 2 usage, "
		    "78 settings.\n");
	return out == stdout ? CTL_GOOD : CTL_USAGE;
}

static const struct command *
command_named(const char *name)
{
	const struct command *command;
	size_t i;

	for (i = 0; i < nitems(groups); i++)
		for (command = groups[i]; command->name != NULL; command++)
			if (strcmp(command->name, name) == 0)
				return command;
	return NULL;
}

/* ctl_find - finds the command that argv begins with; *words is its length */
static const struct command *
ctl_find(char *argv[], int argc, int *words)
{
	const struct command *command;
	char two[64];

	*words = 1;
	if ((command = command_named(argv[0])) != NULL || argc < 2)
		return command;
	(void)snprintf(two, sizeof(two), "%s %s", argv[0], argv[1]);
	*words = 2;
	return command_named(two);
}

/*
 * take_option - reads one option and its value; returns the number of words, 0:
 * not allowed
 */
static int
take_option(struct ctl *ctl, char *argv[], int argc)
{
	unsigned allowed = ctl->command->options | ctl->command->must;
	size_t i;

	if (strcmp(argv[0], "--json") == 0) {
		ctl->json = true;
		return 1;
	}
	for (i = 0; i < nitems(options); i++) {
		if (strcmp(argv[0], options[i].name) != 0 ||
		    (allowed & 1u << i) == 0)
			continue;
		if (options[i].value == NULL) {
			ctl->options[i] = argv[0];
			return 1;
		}
		if (argc < 2 || argv[1][0] == '\0')
			return 0;
		ctl->options[i] = argv[1];
		return 2;
	}
	return 0;
}

static size_t
args_wanted(const struct command *command)
{
	struct str rest = str_of(command->args);
	size_t n = 0;

	while (rest.len > 0) {
		(void)str_cut(&rest, ' ');
		n++;
	}
	assert(n <= CTL_ARGS_MAX);
	return n;
}

/*
 * ctl_parse - reads what follows the command's name; false: the reason was
 * printed
 */
static bool
ctl_parse(struct ctl *ctl, char *argv[], int argc)
{
	size_t n = 0, wanted = args_wanted(ctl->command), i;
	int used;

	while (argc > 0) {
		/* A kid may begin with a dash, so options are tried first. */
		if ((used = take_option(ctl, argv, argc)) == 0 && n < wanted) {
			ctl->args[n++] = argv[0];
			used = 1;
		}
		if (used == 0) {
			(void)fprintf(stderr, "cameleerctl: %s: `%s' is not "
			    "expected here\n", ctl->command->name, argv[0]);
			return false;
		}
		argv += used;
		argc -= used;
	}
	if (n < wanted) {
		(void)fprintf(stderr, "cameleerctl: %s: needs %s\n",
		    ctl->command->name, ctl->command->args);
		return false;
	}
	for (i = 0; i < nitems(options); i++)
		if ((ctl->command->must & 1u << i) != 0 &&
		    ctl->options[i] == NULL) {
			(void)fprintf(stderr, "cameleerctl: %s: needs %s\n",
			    ctl->command->name, options[i].name);
			return false;
		}
	return true;
}

/* open_database - opens a session that works as the owner of the schema */
static enum err
open_database(struct ctx *ctx)
{
	ctx->db = process_sql(ctx, "ctl");
	return sql_script(ctx, "SET ROLE cameleer_owner");
}

static int
ctl_run(struct ctl *ctl, const char *conf)
{
	static const struct service self = { .name = "ctl" };
	unsigned needs = ctl->command->needs;
	int rc;

	if ((needs & (NEEDS_CONF | NEEDS_DB)) != 0) {
		if ((process.conf = conf_load(conf, stderr)) == NULL)
			return CTL_CONFIG;
		log_init("ctl", (enum log_level)process.conf->log_level);
	}
	if (crypto_init() != 0 || http_init() != 0) {
		(void)fprintf(stderr, "cameleerctl: the libraries for "
		    "cryptography or HTTP cannot be used\n");
		return CTL_BAD;
	}
	ctl->ctx = ctx_new(CTL_MEM_MAX);
	ctl->ctx->service = &self;
	ctl->ctx->who.system = true;
	if ((needs & NEEDS_DB) != 0 && open_database(ctl->ctx) != ERR_OK)
		rc = ctl_bad(ctl);
	else
		rc = ctl->command->run(ctl);
	sql_free(&ctl->ctx->db);
	ctx_free(&ctl->ctx);
	return rc;
}

int
main(int argc, char *argv[])
{
	struct ctl ctl = { .json = false };
	const char *conf = SYSCONFDIR "/cameleer/cameleer.conf";
	int i, words = 0;

	log_init("ctl", LOG_WARN);
	for (i = 1; i < argc && argv[i][0] == '-'; i++) {
		if (strcmp(argv[i], "-c") == 0 && i + 1 < argc)
			conf = argv[++i];
		else if (strcmp(argv[i], "--json") == 0)
			ctl.json = true;
		else if (strcmp(argv[i], "--help") == 0)
			return usage_print(stdout, NULL);
		else if (strcmp(argv[i], "--version") == 0)
			return puts(PACKAGE_STRING) == EOF ? CTL_BAD :
			    CTL_GOOD;
		else
			return usage_print(stderr, NULL);
	}
	if (i == argc ||
	    (ctl.command = ctl_find(argv + i, argc - i, &words)) == NULL)
		return usage_print(stderr, NULL);
	if (i + words < argc && strcmp(argv[i + words], "--help") == 0)
		return usage_print(stdout, ctl.command);
	if (!ctl_parse(&ctl, argv + i + words, argc - i - words))
		return usage_print(stderr, ctl.command);
	return ctl_run(&ctl, conf);
}
