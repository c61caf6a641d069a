/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Closed sets of words that more than one module shows or takes, each with a
 * NULL at its end.  States of a life cycle are in base/lifecycle.h.
 */
#ifndef CAMELEER_WORDS_H
#define CAMELEER_WORDS_H

extern const char *const tier_words[];
extern const char *const role_presets[];	/* a role may be custom, too */
extern const char *const session_kinds[];
extern const char *const account_kinds[];
extern const char *const audit_results[];
extern const char *const audit_actor_kinds[];

#endif
