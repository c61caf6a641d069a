/* SPDX-License-Identifier: Apache-2.0 */
/* Closed sets of words, as the database's CHECK constraints have them. */
#include "config.h"

#include <stddef.h>

#include "libshared/skeleton/words.h"

const char *const tier_words[] = { "low", "mid", "high", "business", NULL };
const char *const role_presets[] = { "owner", "admin", "developer", "viewer",
    NULL };
const char *const session_kinds[] = { "cookie", "token", NULL };
const char *const account_kinds[] = { "person", "service", "operator", NULL };
const char *const audit_results[] = { "done", "refused", "failed", NULL };
const char *const audit_actor_kinds[] = { "account", "anonymous", "platform",
    NULL };
