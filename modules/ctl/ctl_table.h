/* SPDX-License-Identifier: Apache-2.0 */
/* Internals of cameleerctl: all commands and options. */
#ifndef CAMELEER_CTL_TABLE_H
#define CAMELEER_CTL_TABLE_H

#include <stdbool.h>
#include <stddef.h>

struct command;

struct option_row { const char *name, *value; };	/* value: or NULL */
extern const struct option_row ctl_options[];		/* by enum ctl_option */
/* All tables of commands, ends with NULL; set by ctl.c, which knows them. */
extern const struct command *const *ctl_groups;

/* A place in the tables: begin with { 0, NULL }.  False: there is no more. */
struct command_at { size_t group; const struct command *command; };
bool command_next(struct command_at *at);

/* The command of this whole name, "db migrate"; or NULL. */
const struct command *command_named(const char *name);
/* The command that argv begins with, or NULL; *words is its length. */
const struct command *command_find(char *argv[], int argc, int *words);
/* The command whose name is most like this, when one is like it; or NULL. */
const struct command *command_near(const char *name);

#endif
