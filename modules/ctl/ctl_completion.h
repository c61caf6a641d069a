/* SPDX-License-Identifier: Apache-2.0 */
/* Internals of cameleerctl: completion in shells. */
#ifndef CAMELEER_CTL_COMPLETION_H
#define CAMELEER_CTL_COMPLETION_H

struct ctl;

int completion_run(struct ctl *ctl);	/* exit code */

#endif
