/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Passwords in lines like "key = value", which have no form of their own.
 */
#ifndef CAMELEER_JAR_ASSIGN_H
#define CAMELEER_JAR_ASSIGN_H

#include "libshared/base/str.h"
#include "modules/apps/inspect/jar_secret.h"

/* Does the first line of text give a secret literally? */
bool jar_assign_match(struct str text, enum jar_secret *kind,
    struct str *value);

/* How many different characters? Few: a placeholder. */
unsigned text_variety(struct str s);

#endif
