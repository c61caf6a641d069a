/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cameleerctl check-config: the settings as every process will read them.
 *
 * What is wrong was said by conf_load() before a command runs.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "libshared/base/conf.h"
#include "libshared/base/log.h"
#include "libshared/doors/json.h"
#include "libshared/skeleton/process.h"
#include "modules/ctl/ctl.h"

/* put - one setting as it is in force */
static void
put(struct json *object, const struct setting *setting)
{
	const char *at = (const char *)process.conf + setting->offset;
	const char *text;
	int64_t number;

	switch (setting->kind) {
	case SETTING_INT:
		memcpy(&number, at, sizeof(number));
		json_put_int(object, setting->name, number);
		break;
	case SETTING_LEVEL:
		memcpy(&number, at, sizeof(number));
		json_put_text(object, setting->name,
		    log_level_name((enum log_level)number));
		break;
	default:
		memcpy(&text, at, sizeof(text));
		json_put_text(object, setting->name, text);
	}
}

static int
check_config(struct ctl *ctl)
{
	struct json *all = json_object(ctl->ctx);
	const struct setting *setting;
	int64_t n = 0;

	for (setting = settings; setting->name != NULL; setting++, n++)
		put(all, setting);
	if (ctl->json)
		return ctl_print(ctl, all);
	(void)printf("settings are good: %" PRId64 " of them\n", n);
	return CTL_GOOD;
}

const struct command config_commands[] = {
	{ "check-config", NULL, 0, 0, NEEDS_CONF, check_config,
	    "Checks the settings; with --json, shows what is in force." },
	{ NULL, NULL, 0, 0, 0, NULL, NULL }
};
