/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cameleerctl check-config: the settings as every process will read them.
 *
 * conf_load() reports mistakes before the command runs.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>

#include "libshared/base/conf.h"
#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "libshared/skeleton/process.h"
#include "modules/ctl/ctl.h"

/* put_setting - puts one setting with its present value */
static void
put_setting(struct json *object, const struct setting *setting)
{
	const char *text = conf_value(process.conf, setting->name);
	int64_t number;

	if (setting->kind == SETTING_INT && str_int(str_of(text),
	    setting->min, setting->max, &number))
		json_put_int(object, setting->name, number);
	else
		json_put_text(object, setting->name, text);
}

static int
check_config(struct ctl *ctl)
{
	struct json *all = json_object(ctl->ctx);
	const struct setting *setting;
	int64_t n = 0;

	for (setting = conf_known; setting->name != NULL; setting++, n++)
		put_setting(all, setting);
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
