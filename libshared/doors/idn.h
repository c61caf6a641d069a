/* SPDX-License-Identifier: Apache-2.0 */
/* Internationalised domain names (RFC 5891, UTS 46), by libidn2. */
#ifndef CAMELEER_IDN_H
#define CAMELEER_IDN_H

#include "libshared/base/ctx.h"
#include "libshared/base/str.h"

/*
 * The text, a domain or the address of a mailbox, with the domain in the form
 * that DNS and SMTP know: "müller.example" becomes "xn--mller-kva.example".
 * Unchanged when the domain is ASCII, or cannot be one: whoever checks the text
 * then refuses it.  NULL: no memory.
 */
const char *idn_ascii(struct ctx *ctx, struct str text);

#endif
