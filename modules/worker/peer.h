/* SPDX-License-Identifier: Apache-2.0 */
/* Reads answers of other programs, which may be hostile. */
#ifndef CAMELEER_PEER_H
#define CAMELEER_PEER_H

#include <stddef.h>

#include "libshared/base/ctx.h"

struct json;

/* ERR_PEER, naming the peer, when the text is not one JSON value. */
enum err peer_json(struct ctx *ctx, const char *peer, const char *text,
    size_t len, struct json **value) must_check;

/*
 * What a failure of TLS or of the network means, in the words of an operator;
 * NULL: say it as it is.
 */
const char *peer_sentence(const char *said);

/* At most max bytes of text, printable ASCII only: for a log or a client. */
const char *peer_words(struct ctx *ctx, const char *text, size_t max);

#endif
