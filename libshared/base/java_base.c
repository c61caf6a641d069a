/* SPDX-License-Identifier: Apache-2.0 */
/* Which Java base image runs which classes. */
#include "config.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "libshared/base/java_base.h"

struct java_conf { const char *base_image, *base_image_21, *base_image_25; };

static const struct setting java_settings[] = {
	SETTING(java_conf, base_image, IMAGE, "", 0, 255,
	    "Image with Java 17, in the registry, by digest."),
	SETTING(java_conf, base_image_21, IMAGE, "", 0, 255,
	    "The same with Java 21, for JARs that need it."),
	SETTING(java_conf, base_image_25, IMAGE, "", 0, 255,
	    "The same with Java 25, for JARs that need it."),
	SETTINGS_END
};

#define LEVELS	3

struct base { int64_t level; const char *image; };

/* In the order of their levels; returns how many there are. */
static size_t
bases_list(const struct conf *conf, struct base bases[LEVELS])
{
	const struct java_conf *java = conf_part(conf, java_settings,
	    sizeof(*java));
	const struct base all[LEVELS] = { { 17, java->base_image },
	    { 21, java->base_image_21 }, { 25, java->base_image_25 } };
	size_t i, n = 0;

	for (i = 0; i < LEVELS; i++)
		if (all[i].image[0] != '\0')
			bases[n++] = all[i];
	if (n == 0)
		bases[n++] = all[0];
	return n;
}

int64_t
java_base_find(const struct conf *conf, int64_t level, const char **image)
{
	struct base bases[LEVELS];
	size_t i, n = bases_list(conf, bases);

	for (i = 0; i < n; i++)
		if (bases[i].level >= level) {
			*image = bases[i].image;
			return bases[i].level;
		}
	return 0;
}

void
java_base_levels(const struct conf *conf, char text[JAVA_LEVELS_TEXT_MAX])
{
	struct base bases[LEVELS];
	size_t i, n = bases_list(conf, bases), len = 0;

	text[0] = '\0';
	for (i = 0; i < n && len < JAVA_LEVELS_TEXT_MAX; i++)
		len += (size_t)snprintf(text + len,
		    JAVA_LEVELS_TEXT_MAX - len, "%s%d", i > 0 ? ", " : "",
		    (int)bases[i].level);
}
