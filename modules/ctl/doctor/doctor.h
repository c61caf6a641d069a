/* SPDX-License-Identifier: Apache-2.0 */
/* Internals of cameleerctl: the checks of doctor, one function each. */
#ifndef CAMELEER_CTL_DOCTOR_H
#define CAMELEER_CTL_DOCTOR_H

#include <stdbool.h>

#include "libshared/base/ctx.h"

struct ctl;

/*
 * True: good.  False: ctx->fault says what is wrong and what to do.  A later
 * check may use results of an earlier one only through ctx->db.
 */
typedef bool (*check_fn)(struct ctl *ctl);

bool check_credentials(struct ctl *ctl);
bool check_spool(struct ctl *ctl);
bool check_sockets(struct ctl *ctl);
bool check_registry(struct ctl *ctl);
bool check_base_image(struct ctl *ctl);
bool check_engine(struct ctl *ctl);

#endif
