/* SPDX-License-Identifier: Apache-2.0 */
/* What the options of places add give. */
#ifndef CAMELEER_PLACE_GIVEN_H
#define CAMELEER_PLACE_GIVEN_H

#include "libshared/base/err.h"

struct ctl;
struct place_in;

/* The body that the API would take; ERR_BAD_INPUT with the fields. */
enum err place_given(struct ctl *ctl, struct place_in *in)
    __attribute__((warn_unused_result));

#endif
