/* SPDX-License-Identifier: Apache-2.0 */
/* cameleerctl help: what there is, and what somebody may have meant. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "libshared/base/str.h"
#include "modules/ctl/ctl.h"
#include "modules/ctl/ctl_completion.h"
#include "modules/ctl/ctl_help.h"
#include "modules/ctl/ctl_table.h"

#define USAGE		"usage: cameleerctl [-c FILE] [--json] COMMAND\n"
#define LINE_MAX_LEN	512	/* a synopsis with all its options */

/* line_add - appends the options that must be given, or those that may be */
static void
line_add(char line[LINE_MAX_LEN], const struct command *command, bool must)
{
	unsigned which = must ? command->must :
	    command->options & ~command->must;
	size_t i, len;

	for (i = 0; i < OPTION__MAX; i++) {
		const struct option_row *option = &ctl_options[i];

		if ((which & 1u << i) == 0)
			continue;
		len = strlen(line);
		(void)snprintf(line + len, LINE_MAX_LEN - len, " %s%s%s%s%s",
		    must ? "" : "[", option->name,
		    option->value == NULL ? "" : " ",
		    option->value == NULL ? "" : option->value,
		    must ? "" : "]");
	}
}

/* print_command - prints its synopsis and what it does */
static void
print_command(FILE *out, const struct command *command)
{
	char line[LINE_MAX_LEN];

	(void)snprintf(line, sizeof(line), "%s%s%s", command->name,
	    command->args == NULL ? "" : " ",
	    command->args == NULL ? "" : command->args);
	line_add(line, command, true);
	line_add(line, command, false);
	(void)fprintf(out, "  %s\n      %s\n", line, command->about);
}

int
help_print(FILE *out, const struct command *only)
{
	struct command_at at = { 0, NULL };

	(void)fprintf(out, USAGE);
	if (only != NULL)
		print_command(out, only);
	while (only == NULL && command_next(&at))
		print_command(out, at.command);
	if (only == NULL)
		(void)fprintf(out, "Exit code: 0 good, 1 bad, 2 usage, "
		    "78 settings.\n");
	return out == stdout ? CTL_GOOD : CTL_USAGE;
}

/* name_in_group - whether a command's name is this first word and another */
static bool
name_in_group(const struct command *command, const char *first)
{
	size_t len = strlen(first);

	return strncmp(command->name, first, len) == 0 &&
	    command->name[len] == ' ';
}

/*
 * help_group - prints the second words that a first word may have; false: none
 * begins with it
 */
static bool
help_group(const char *first)
{
	struct command_at at = { 0, NULL };
	size_t len = strlen(first);
	bool found = false;

	while (command_next(&at)) {
		if (!name_in_group(at.command, first))
			continue;
		(void)fprintf(stderr, found ? ", %s" : "cameleerctl: after "
		    "`%s' comes one of: %s", found ? at.command->name + len +
		    1 : first, at.command->name + len + 1);
		found = true;
	}
	if (found)
		(void)fputc('\n', stderr);
	return found;
}

int
help_unknown(char *argv[], int argc)
{
	const struct command *near;
	char two[64];

	if (argc < 2 && help_group(argv[0]))
		return CTL_USAGE;
	(void)snprintf(two, sizeof(two), "%s%s%s", argv[0], argc < 2 ||
	    argv[1][0] == '-' ? "" : " ", argc < 2 || argv[1][0] == '-' ? "" :
	    argv[1]);
	if ((near = command_near(two)) == NULL &&
	    (near = command_near(argv[0])) == NULL && help_group(argv[0]))
		return CTL_USAGE;
	(void)fprintf(stderr, "cameleerctl: there is no %s `%s'; %s%s%s"
	    "`cameleerctl help' lists all\n",
	    two[0] == '-' ? "option" : "command", two,
	    near == NULL ? "" : "did you mean `",
	    near == NULL ? "" : near->name, near == NULL ? "" : "'? ");
	return CTL_USAGE;
}

int
help_lacking(const char *option, const char *value)
{
	(void)fprintf(stderr, "cameleerctl: %s needs %s\n", option, value);
	return CTL_USAGE;
}

int
help_of(char *words[], int given)
{
	struct command_at at = { 0, NULL };
	const struct command *command;
	bool found = false;
	int used;

	if ((command = command_find(words, given, &used)) != NULL)
		return help_print(stdout, command);
	while (given == 1 && command_next(&at)) {
		if (!name_in_group(at.command, words[0]))
			continue;
		if (!found)
			(void)printf(USAGE);
		print_command(stdout, at.command);
		found = true;
	}
	return found ? CTL_GOOD : help_unknown(words, given);
}

static int
help_run(struct ctl *ctl)
{
	char *words[2] = { (char *)(uintptr_t)ctl->args[0],
	    (char *)(uintptr_t)ctl->args[1] };
	int given = words[0] == NULL ? 0 : words[1] == NULL ? 1 : 2;

	return given == 0 ? help_print(stdout, NULL) : help_of(words, given);
}

const struct command help_commands[] = {
	{ "help", "[COMMAND] [WORD]", 0, 0, 0, help_run,
	    "Prints what a command does, those of one word, or all." },
	{ "completion", "SHELL", 0, 0, 0, completion_run,
	    "Prints a script that lets bash, zsh or fish complete commands." },
	{ NULL, NULL, 0, 0, 0, NULL, NULL }
};
