/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Java runtimes that applications' images stand on: one image for each
 * level that the operator has set.  apps.fcgi refuses what none of them runs,
 * the worker takes the lowest that does.
 */
#ifndef CAMELEER_JAVA_BASE_H
#define CAMELEER_JAVA_BASE_H

#include <stdint.h>

#include "libshared/base/conf.h"

#define JAVA_LEVELS_TEXT_MAX	32

/*
 * The lowest level of a runtime that runs classes of that level, 0 being any;
 * 0 when none does.  *image is its image, "" when none is set at all: then
 * Java 17 is taken for granted.
 */
int64_t java_base_find(const struct conf *conf, int64_t level,
    const char **image);

/* "17, 21": the levels that there are. */
void java_base_levels(const struct conf *conf,
    char text[JAVA_LEVELS_TEXT_MAX]);

#endif
