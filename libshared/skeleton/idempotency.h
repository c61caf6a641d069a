/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Idempotency-Key (threat T16): a POST that is sent twice happens once.
 *
 * The key, the fingerprint of the request and the answer are stored in the
 * transaction of the change, for one account, tenant and route.
 */
#ifndef CAMELEER_IDEMPOTENCY_H
#define CAMELEER_IDEMPOTENCY_H

#include "libshared/base/ctx.h"
#include "libshared/doors/crypto.h"

#define IDEMPOTENCY_KEY_MAX	255

/* Hashes path parameters, query and body: all that the pattern leaves open. */
void idempotency_fingerprint(const struct req *rq, char hex[SHA256_HEX_MAX]);
/*
 * The dispatcher calls it, except on ROUTE_REMOTE: there the handler calls it
 * in the write transaction that it opens; a handler of ROUTE_STREAM first puts
 * a digest of the body into req->body.
 *
 * *replayed: the stored answer was put into ctx->req and nothing is left to do.
 * 409 request_in_flight after the lock timeout, 422 idempotency_key_reused for
 * another request.
 */
enum err idempotency_begin(struct ctx *ctx, bool *replayed) must_check;
/* Stores the answer, when this request claimed the key. */
enum err idempotency_end(struct ctx *ctx) must_check;

#endif
