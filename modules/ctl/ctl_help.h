/* SPDX-License-Identifier: Apache-2.0 */
/* Internals of cameleerctl: help. */
#ifndef CAMELEER_CTL_HELP_H
#define CAMELEER_CTL_HELP_H

#include <stdio.h>

struct command;

/* All commands, or only one: the exit code for this stream. */
int help_print(FILE *out, const struct command *only);
/* One line on standard error: what there is instead; the exit code. */
int help_unknown(char *argv[], int argc);

#endif
