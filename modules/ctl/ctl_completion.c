/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cameleerctl completion: scripts for shells, made from the tables of commands
 * and options, so that a new command is completed without a change here.
 *
 * bash and zsh share a list of lines "WORDS SO FAR|NEXT WORDS"; fish has one
 * rule for each word and shows what a command does.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "modules/ctl/ctl.h"
#include "modules/ctl/ctl_completion.h"
#include "modules/ctl/ctl_table.h"

#define GLOBAL_WORDS	"-c --json --help --version"

/* word_first - the length of the first word of a command's name */
static int
word_first(const struct command *command)
{
	return (int)strcspn(command->name, " ");
}

/* word_is_new - is this the first command that begins with its first word? */
static bool
word_is_new(const struct command *command)
{
	struct command_at at = { 0, NULL };
	int len = word_first(command);

	while (command_next(&at) && at.command != command)
		if (word_first(at.command) == len &&
		    strncmp(at.command->name, command->name, (size_t)len) == 0)
			return false;
	return true;
}

/* words_options - prints the options of a command */
static void
words_options(const struct command *command)
{
	size_t i;

	for (i = 0; i < OPTION__MAX; i++)
		if (((command->options | command->must) & 1u << i) != 0)
			(void)printf("%s ", ctl_options[i].name);
	(void)printf("--json");
}

/* words_second - prints the second words that follow a first one */
static void
words_second(const struct command *command)
{
	struct command_at at = { 0, NULL };
	int len = word_first(command);

	while (command_next(&at))
		if (word_first(at.command) == len &&
		    at.command->name[len] == ' ' &&
		    strncmp(at.command->name, command->name, (size_t)len) == 0)
			(void)printf("%s ", at.command->name + len + 1);
}

/* words_cases - prints the branches of a shell's case "$line" */
static void
words_cases(void)
{
	struct command_at at = { 0, NULL };

	(void)printf("\t\"\") next='" GLOBAL_WORDS);
	while (command_next(&at))
		if (word_is_new(at.command))
			(void)printf(" %.*s", word_first(at.command),
			    at.command->name);
	(void)printf("' ;;\n\tcompletion) next='bash zsh fish' ;;\n");
	at = (struct command_at){ 0, NULL };
	while (command_next(&at)) {
		if (strchr(at.command->name, ' ') != NULL &&
		    word_is_new(at.command)) {
			(void)printf("\t%.*s) next='", word_first(at.command),
			    at.command->name);
			words_second(at.command);
			(void)printf("' ;;\n");
		}
		(void)printf("\t\"%s\" | \"%s \"*) next='", at.command->name,
		    at.command->name);
		words_options(at.command);
		(void)printf("' ;;\n");
	}
}

/* words_files - prints the options after which a file is named */
static void
words_files(void)
{
	size_t i;

	(void)printf("-c");
	for (i = 0; i < OPTION__MAX; i++)
		if (ctl_options[i].value != NULL &&
		    (strcmp(ctl_options[i].value, "DIR") == 0 ||
		    strcmp(ctl_options[i].value, "FILE") == 0))
			(void)printf(" | %s", ctl_options[i].name);
}

/* script_line - prints how $line is made of the words before the current one */
static void
script_line(const char *list)
{
	(void)printf("\tlocal word= skip= line= next=\n"
	    "\tfor word in %s; do\n"
	    "\t\tif [ -n \"$skip\" ]; then skip=; continue; fi\n"
	    "\t\tcase $word in\n"
	    "\t\t-c) skip=1 ;;\n"
	    "\t\t--json) ;;\n"
	    "\t\t*) line=\"$line${line:+ }$word\" ;;\n"
	    "\t\tesac\n\tdone\n\tcase $line in\n", list);
	words_cases();
	(void)printf("\tesac\n");
}

static void
script_bash(void)
{
	(void)printf("# bash completion for cameleerctl\n"
	    "_cameleerctl() {\n"
	    "\tlocal current=${COMP_WORDS[COMP_CWORD]}\n"
	    "\tcase ${COMP_WORDS[COMP_CWORD-1]} in\n\t");
	words_files();
	(void)printf(") COMPREPLY=($(compgen -f -- \"$current\")); "
	    "return ;;\n\tesac\n");
	script_line("\"${COMP_WORDS[@]:1:COMP_CWORD-1}\"");
	(void)printf("\tCOMPREPLY=($(compgen -W \"$next\" -- \"$current\"))\n"
	    "}\ncomplete -F _cameleerctl cameleerctl\n");
}

static void
script_zsh(void)
{
	(void)printf("#compdef cameleerctl\n_cameleerctl() {\n"
	    "\tcase ${words[CURRENT-1]} in\n\t");
	words_files();
	(void)printf(") _files; return ;;\n\tesac\n"
	    "\tlocal -a before=(\"${(@)words[2,CURRENT-1]}\")\n");
	script_line("\"${before[@]}\"");
	(void)printf("\tcompadd -- ${=next}\n}\n"
	    "if [ \"$funcstack[1]\" = _cameleerctl ]; then\n"
	    "\t_cameleerctl\nelse\n\tcompdef _cameleerctl cameleerctl\n"
	    "fi\n");
}

/* fish_rule - one word that may follow, and what it is for */
static void
fish_rule(const char *after, const char *word, const char *about)
{
	(void)printf("complete -c cameleerctl -n '__cameleerctl_after \"%s\"' "
	    "-a '%s'", after, word);
	if (about != NULL) {
		(void)printf(" -d '");
		for (; *about != '\0'; about++)
			(void)printf(*about == '\'' || *about == '\\' ?
			    "\\%c" : "%c", *about);
		(void)printf("'");
	}
	(void)printf("\n");
}

static void
fish_command(const struct command *command)
{
	int len = word_first(command);
	char first[64];
	size_t i;

	(void)snprintf(first, sizeof(first), "%.*s", len, command->name);
	if (word_is_new(command))
		fish_rule("", first, command->name[len] == '\0' ?
		    command->about : NULL);
	if (command->name[len] == ' ')
		fish_rule(first, command->name + len + 1, command->about);
	for (i = 0; i < OPTION__MAX; i++)
		if (((command->options | command->must) & 1u << i) != 0)
			(void)printf("complete -c cameleerctl -n "
			    "'__cameleerctl_in \"%s\"' -l %s%s\n",
			    command->name, ctl_options[i].name + 2,
			    ctl_options[i].value == NULL ? "" : " -r -F");
}

static void
script_fish(void)
{
	struct command_at at = { 0, NULL };

	(void)printf("# fish completion for cameleerctl\n"
	    "function __cameleerctl_words\n"
	    "\tset -l out; set -l skip 0\n"
	    "\tfor word in (commandline -opc)[2..-1]\n"
	    "\t\tif test $skip = 1; set skip 0; continue; end\n"
	    "\t\tswitch $word\n"
	    "\t\tcase -c; set skip 1\n"
	    "\t\tcase --json\n"
	    "\t\tcase '*'; set -a out $word\n"
	    "\t\tend\n\tend\n\tstring join ' ' -- $out\nend\n"
	    "function __cameleerctl_after\n"
	    "\ttest (__cameleerctl_words | string collect --allow-empty) = "
	    "\"$argv\"\nend\n"
	    "function __cameleerctl_in\n"
	    "\tstring match -q -- \"$argv*\" (__cameleerctl_words)\nend\n"
	    "complete -c cameleerctl -f\n"
	    "complete -c cameleerctl -s c -r -F -d 'Settings'\n"
	    "complete -c cameleerctl -l json -d 'Prints JSON'\n");
	while (command_next(&at))
		fish_command(at.command);
	fish_rule("completion", "bash zsh fish", NULL);
}

int
completion_run(struct ctl *ctl)
{
	static const struct { const char *name; void (*print)(void); }
	    shells[] = {
		{ "bash", script_bash }, { "zsh", script_zsh },
		{ "fish", script_fish },
	};
	size_t i;

	for (i = 0; i < nitems(shells); i++)
		if (strcmp(ctl->args[0], shells[i].name) == 0) {
			shells[i].print();
			return CTL_GOOD;
		}
	return ctl_usage(ctl, "%s: only bash, zsh and fish are known",
	    ctl->args[0]);
}
