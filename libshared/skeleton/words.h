/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Closed sets of words that more than one module shows or accepts; each ends
 * with NULL.  The states of a life cycle are in base/lifecycle.h.
 */
#ifndef CAMELEER_WORDS_H
#define CAMELEER_WORDS_H

extern const char *const tier_words[];
extern const char *const role_presets[];	/* custom roles exist as well */
extern const char *const session_kinds[];
extern const char *const account_kinds[];
extern const char *const audit_results[];
extern const char *const audit_actor_kinds[];

#endif
