/* SPDX-License-Identifier: Apache-2.0 */
/* Options of cameleerctl, and how a command is found by its name. */
#include "config.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "libshared/base/str.h"
#include "modules/ctl/ctl.h"
#include "modules/ctl/ctl_table.h"

#define NAME_MAX_LEN	40	/* longer than that of any command */

const struct command *const *ctl_groups;

const struct option_row ctl_options[] = {
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
	[OPTION_STATE] = { "--state", "STATE" },
	[OPTION_STATE_FILE] = { "--state", "FILE" },
	[OPTION_KEY] = { "--key", "PUBLIC" },
	[OPTION_AT] = { "--at", "TIME" },
	[OPTION_REVOCATIONS] = { "--revocations", "FILE" },
	[OPTION_FORMAT] = { "--format", "FORMAT" },
	[OPTION_SEAL_CERT] = { "--seal-cert", "FILE" },
	[OPTION_PLACE] = { "--place", "FILE" },
	[OPTION_ENDPOINT] = { "--endpoint", "URL" },
	[OPTION_CERTIFICATE] = { "--certificate", "FILE" },
	[OPTION_KEY_FILE] = { "--key", "FILE" },
	[OPTION_REGISTRY] = { "--registry", "HOST" },
	[OPTION_TENANT] = { "--tenant", "SLUG" },
	[OPTION_CPU] = { "--cpu", "MILLICORES" },
	[OPTION_MEMORY] = { "--memory", "MIB" },
	[OPTION_TENANTS] = { "--tenants", "N" },
	[OPTION_OVERCOMMIT] = { "--overcommit", "CPU,MEMORY" },
	[OPTION_UNTIL] = { "--until", "DAY" },
	[OPTION_CLUSTER] = { "--cluster", "FILE" },
	[OPTION_TOKEN] = { "--token", "FILE" },
	[OPTION_FOR] = { "--for", "TOOL" },
};
static_assert(nitems(ctl_options) == OPTION__MAX, "a row for each option");

bool
command_next(struct command_at *at)
{
	if (at->command != NULL && (++at->command)->name != NULL)
		return true;
	if (at->command != NULL)
		at->group++;
	at->command = ctl_groups[at->group];
	return at->command != NULL;
}

const struct command *
command_named(const char *name)
{
	struct command_at at = { 0, NULL };

	while (command_next(&at))
		if (strcmp(at.command->name, name) == 0)
			return at.command;
	return NULL;
}

const struct command *
command_find(char *argv[], int argc, int *words)
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

/* name_distance - Levenshtein's: insertions, deletions and replacements */
static size_t
name_distance(const char *a, const char *b)
{
	size_t row[NAME_MAX_LEN + 1], i, j, above, left;
	size_t alen = strlen(a), blen = strlen(b);

	if (alen > NAME_MAX_LEN || blen > NAME_MAX_LEN)
		return NAME_MAX_LEN;
	for (j = 0; j <= blen; j++)
		row[j] = j;
	for (i = 1; i <= alen; i++) {
		above = row[0];
		row[0] = i;
		for (j = 1; j <= blen; j++) {
			left = above + (a[i - 1] != b[j - 1]);
			above = row[j];
			if (above + 1 < left)
				left = above + 1;
			row[j] = row[j - 1] + 1 < left ? row[j - 1] + 1 : left;
		}
	}
	return row[blen];
}

const struct command *
command_near(const char *name)
{
	const struct command *best = NULL;
	struct command_at at = { 0, NULL };
	size_t nearest = 2 + strlen(name) / 6, distance;

	while (command_next(&at)) {
		distance = name_distance(name, at.command->name);
		if (distance < nearest || (distance == nearest &&
		    best == NULL)) {
			nearest = distance;
			best = at.command;
		}
	}
	return best;
}
