/* SPDX-License-Identifier: Apache-2.0 */
/* The doorkeeper of the resolver: TXT records, by which a domain is proven. */
#ifndef CAMELEER_DNS_H
#define CAMELEER_DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/ctx.h"

#define DNS_NAME_MAX	253
#define DNS_TRY_S	2	/* for one question; two are asked */

/* Lower case, two labels at least, no address: "example.org". */
bool dns_domain_sound(const char *name);
/*
 * *found: one of the name's TXT records is exactly want.  A name without any
 * is no failure; ERR_PEER when no name server answers.
 */
enum err dns_txt_holds(struct ctx *ctx, const char *name, const char *want,
    bool *found) must_check;
/* The same of an answer as it came (RFC 1035 4). */
bool dns_answer_holds(const uint8_t *answer, size_t len, const char *want);

#endif
