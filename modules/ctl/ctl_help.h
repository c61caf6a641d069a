/* SPDX-License-Identifier: Apache-2.0 */
/* Internals of cameleerctl: help. */
#ifndef CAMELEER_CTL_HELP_H
#define CAMELEER_CTL_HELP_H

#include <stdio.h>

struct command;

/* All commands, or only one: the exit code for this stream. */
int help_print(FILE *out, const struct command *only);
/* The command, or all of them that begin with one word; the exit code. */
int help_of(char *words[], int given);
/* One line on standard error: an option has no value; the exit code. */
int help_lacking(const char *option, const char *value);
/* One line on standard error: what there is instead; the exit code. */
int help_unknown(char *argv[], int argc);

#endif
