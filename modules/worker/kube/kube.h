/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Client of the API of a Kubernetes cluster, which only reads: what is to run
 * there is said in Git (docs/decisions/0015-kubernetes.md).
 */
#ifndef CAMELEER_KUBE_H
#define CAMELEER_KUBE_H

#include "libshared/base/ctx.h"
#include "libshared/base/str.h"
#include "libshared/doors/http.h"

struct json;

struct kube {
	const char			*url;		/* https://host:port */
	const struct http_identity	*identity;	/* its CA */
	/* "Bearer" and the token, in ctx->secrets */
	const char			*authorization;
};

struct kube_call {
	const char	*path;		/* NULL: memory was exhausted */
	struct json	*body;		/* or NULL: a GET */
	const char	*what;		/* "read the pods" */
};

/*
 * Asks for an object or a list.  ERR_NOT_FOUND when it is not there;
 * ERR_FORBIDDEN when the account may not see it; ERR_PEER or ERR_TIMEOUT, in
 * the words of an operator, when there is no answer.
 */
enum err kube_ask(struct ctx *ctx, const struct kube *kube,
    const struct kube_call *call, struct json **root) must_check;
/* The same, but an object that is not there is NULL and no failure. */
enum err kube_look(struct ctx *ctx, const struct kube *kube,
    const struct kube_call *call, struct json **root) must_check;

#define KUBE_LOG_BYTES	((size_t)1 << 20)
/*
 * The text of a log, KUBE_LOG_BYTES at most; empty while the container has not
 * begun, or has gone.
 */
enum err kube_text(struct ctx *ctx, const struct kube *kube,
    const char *path, struct str *text) must_check;

#endif
