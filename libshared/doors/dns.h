/* SPDX-License-Identifier: Apache-2.0 */
/* The doorkeeper of the resolver: TXT records that prove who owns a domain. */
#ifndef CAMELEER_DNS_H
#define CAMELEER_DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/ctx.h"

#define DNS_NAME_MAX	253
#define DNS_TRY_S	2	/* for one query; there are two attempts */

/* Lower case, at least two labels, not an address: "example.org". */
bool dns_domain_sound(const char *name);
/*
 * *found: one of the name's TXT records is exactly want.  A name without TXT
 * records is not a failure; ERR_PEER when no name server answers.
 */
enum err dns_txt_holds(struct ctx *ctx, const char *name, const char *want,
    bool *found) must_check;
/* The same for a received answer (RFC 1035 4). */
bool dns_answer_holds(const uint8_t *answer, size_t len, const char *want);

#endif
