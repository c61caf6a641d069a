/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cameleerctl - the operator's tool for schema, keys, settings and health.
 *
 * Start reading at groups[].  A command gets checked arguments, a context,
 * and, when it asks for it, a database session as cameleer_owner.
 */
#include "config.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

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
#include "modules/ctl/ctl_help.h"
#include "modules/ctl/ctl_table.h"

#define CTL_MEM_MAX	(64u << 20)

static const struct command *const groups[] = {
	db_commands, keys_commands, config_commands, route_commands,
	openapi_commands, actions_commands, doctor_commands, provision_commands,
	tenant_commands, limit_commands, export_commands, license_commands,
	place_commands, store_commands, isolation_commands, drift_commands,
	agent_commands, user_commands, operator_commands, audit_commands,
	certificate_commands,
	login_commands, erase_commands, help_commands, NULL
};

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
	for (i = 0; i < OPTION__MAX; i++) {
		if (strcmp(argv[0], ctl_options[i].name) != 0 ||
		    (allowed & 1u << i) == 0)
			continue;
		if (ctl_options[i].value == NULL) {
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

/* word_refuse - says why a word may not stand where it does */
static void
word_refuse(const struct command *command, char *argv[], int argc)
{
	unsigned allowed = command->options | command->must;
	const char *value = NULL;
	size_t i;

	for (i = 0; i < OPTION__MAX; i++)
		if ((allowed & 1u << i) != 0 && ctl_options[i].value != NULL &&
		    strcmp(argv[0], ctl_options[i].name) == 0)
			value = ctl_options[i].value;
	if (value != NULL)
		(void)fprintf(stderr, "cameleerctl: %s: %s needs %s%s\n",
		    command->name, argv[0], value, argc < 2 ? "" :
		    ", which is empty here");
	else
		(void)fprintf(stderr, "cameleerctl: %s: %s `%s'%s\n",
		    command->name, argv[0][0] == '-' ? "there is no option" :
		    "the argument", argv[0], argv[0][0] == '-' ? "" :
		    " is one too many");
}

/* args_count - how many words follow the name; *least of them must */
static size_t
args_count(const struct command *command, size_t *least)
{
	struct str rest = str_of(command->args);
	size_t n = 0;

	*least = 0;
	while (rest.len > 0) {
		n++;
		if (!str_starts(str_cut(&rest, ' '), "["))
			*least = n;
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
	size_t n = 0, least, most = args_count(ctl->command, &least), i;
	int used;

	while (argc > 0) {
		/* A kid may begin with a dash, so options are tried first. */
		if ((used = take_option(ctl, argv, argc)) == 0 && n < most) {
			ctl->args[n++] = argv[0];
			used = 1;
		}
		if (used == 0) {
			word_refuse(ctl->command, argv, argc);
			return false;
		}
		argv += used;
		argc -= used;
	}
	if (n < least) {
		(void)fprintf(stderr, "cameleerctl: %s: needs %s\n",
		    ctl->command->name, ctl->command->args);
		return false;
	}
	for (i = 0; i < OPTION__MAX; i++)
		if ((ctl->command->must & 1u << i) != 0 &&
		    ctl->options[i] == NULL) {
			(void)fprintf(stderr, "cameleerctl: %s: needs %s\n",
			    ctl->command->name, ctl_options[i].name);
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

/* conf_missing - says how another file of settings is named; the exit code */
static int
conf_missing(const char *conf)
{
	if (access(conf, F_OK) != 0 && errno == ENOENT)
		(void)fprintf(stderr, "cameleerctl: name the file of settings "
		    "with -c FILE, before the command; that of the quickstart "
		    "is conf/cameleer.conf in its state directory\n");
	return CTL_CONFIG;
}

static int
ctl_run(struct ctl *ctl, const char *conf)
{
	static const struct service self = { .name = "ctl" };
	unsigned needs = ctl->command->needs;
	int rc;

	if ((needs & (NEEDS_CONF | NEEDS_DB)) != 0) {
		if ((process.conf = conf_load(conf, stderr)) == NULL)
			return conf_missing(conf);
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

	ctl_groups = groups;
	log_init("ctl", LOG_WARN);
	for (i = 1; i < argc && argv[i][0] == '-'; i++) {
		if (strcmp(argv[i], "-c") == 0 && i + 1 < argc)
			conf = argv[++i];
		else if (strcmp(argv[i], "-c") == 0)
			return help_lacking("-c", "FILE");
		else if (strcmp(argv[i], "--json") == 0)
			ctl.json = true;
		else if (strcmp(argv[i], "--help") == 0 ||
		    strcmp(argv[i], "-h") == 0)
			return help_print(stdout, NULL);
		else if (strcmp(argv[i], "--version") == 0)
			return puts(PACKAGE_STRING) == EOF ? CTL_BAD :
			    CTL_GOOD;
		else
			return help_unknown(argv + i, 1);
	}
	if (i == argc)
		return help_print(stderr, NULL);
	ctl.command = command_find(argv + i, argc - i, &words);
	if (ctl.command == NULL && argc == i + 2 &&
	    strcmp(argv[i + 1], "--help") == 0)
		return help_of(argv + i, 1);
	if (ctl.command == NULL)
		return help_unknown(argv + i, argc - i);
	if (i + words < argc && strcmp(argv[i + words], "--help") == 0)
		return help_print(stdout, ctl.command);
	if (!ctl_parse(&ctl, argv + i + words, argc - i - words))
		return help_print(stderr, ctl.command);
	return ctl_run(&ctl, conf);
}
