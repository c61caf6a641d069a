/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "modules/auth/session/user_agent.h"

struct known { const char *part, *name; };

/* The first match wins: a browser also names the ones that it imitates. */
static const struct known browsers[] = {
	{ "Edg", "Edge" }, { "OPR/", "Opera" }, { "Vivaldi/", "Vivaldi" },
	{ "SamsungBrowser/", "Samsung Internet" }, { "FxiOS/", "Firefox" },
	{ "Firefox/", "Firefox" }, { "CriOS/", "Chrome" },
	{ "Chrome/", "Chrome" }, { "Safari/", "Safari" },
};

static const struct known systems[] = {
	{ "iPhone", "iPhone" }, { "iPad", "iPad" }, { "Android", "Android" },
	{ "CrOS", "ChromeOS" }, { "Windows", "Windows" },
	{ "Mac OS X", "macOS" }, { "Linux", "Linux" }, { "X11", "Unix" },
};

static const char *
user_agent_find(const struct known *list, size_t n, const char *text)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strstr(text, list[i].part) != NULL)
			return list[i].name;
	return NULL;
}

/*
 * user_agent_own - returns "curl" for "curl/8.5.0": letters, digits, dots and
 * hyphens
 */
static const char *
user_agent_own(struct ctx *ctx, const char *text)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
	size_t len = strspn(text, good);
	const char *copy = NULL;

	if (len > 0 && len <= DEVICE_NAME_MAX &&
	    (text[len] == '\0' || text[len] == '/' || text[len] == ' '))
		copy = arena_text(ctx->mem, text, len);
	return copy;
}

const char *
user_agent_name(struct ctx *ctx, const char *user_agent)
{
	const char *browser, *system, *name = NULL;

	if (user_agent == NULL)
		return "an unknown device";
	browser = user_agent_find(browsers, nitems(browsers), user_agent);
	system = user_agent_find(systems, nitems(systems), user_agent);
	if (browser != NULL && system != NULL)
		name = text_printf(ctx->mem, "%s on %s", browser, system);
	else if (browser != NULL || system != NULL)
		name = browser != NULL ? browser : system;
	else
		name = user_agent_own(ctx, user_agent);
	return name == NULL ? "an unknown device" : name;
}
