/* SPDX-License-Identifier: Apache-2.0 */
/* One call of the API over TLS, and what its failures mean. */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/doors/json.h"
#include "modules/worker/kube/kube.h"
#include "modules/worker/peer.h"

#define TIMEOUT_MS	5000
#define ANSWER_MAX	((size_t)4 << 20)
#define WORDS_MAX	300

/* kube_unreached - the failure of the connection in a sentence */
static enum err
kube_unreached(struct ctx *ctx, enum err e)
{
	const char *why = peer_sentence(ctx->fault.detail);

	if (why == NULL)
		return e;
	fail_clear(ctx);
	return fail(ctx, e, "cluster_failed", "%s", why);
}

/* kube_failed - what the cluster says of an answer that is none */
static enum err
kube_failed(struct ctx *ctx, const char *what, const struct http_response *r)
{
	struct json *status;
	const char *why;

	if (peer_json(ctx, "cluster", r->body, r->body_len, &status) !=
	    ERR_OK) {
		fail_clear(ctx);
		status = NULL;
	}
	why = peer_words(ctx, json_member(status, "message"), WORDS_MAX);
	if (r->status == 401)
		return fail(ctx, ERR_PEER, "cluster_failed",
		    "it does not know the token of the place");
	if (r->status == 403)
		return fail(ctx, ERR_FORBIDDEN, "cluster_failed",
		    "the account of the place may not %s: %s", what, why);
	if (r->status == 404)
		return fail(ctx, ERR_NOT_FOUND, "cluster_failed",
		    "cluster, %s: %s", what, why);
	return fail(ctx, ERR_PEER, "cluster_failed", "cluster, %s: %d, %s",
	    what, r->status, why);
}

/* kube_call - makes the call; *r is whatever answer came */
static enum err
kube_call(struct ctx *ctx, const struct kube *kube,
    const struct kube_call *call, size_t most, struct http_response *r)
{
	const struct http_header headers[] = {
		{ "Authorization", kube->authorization },
		{ "Content-Type", "application/json" },
		{ NULL, NULL },
	};
	struct http_request rq = { HTTP_DEFAULTS,
	    .method = call->body == NULL ? "GET" : "POST",
	    .headers = headers, .policy = HTTP_CONFIGURED,
	    .identity = kube->identity, .max_body = most,
	    .timeout_ms = TIMEOUT_MS };
	enum err e;

	if (call->path == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory for a call");
	rq.url = text_printf(ctx->mem, "%s%s", kube->url, call->path);
	if (call->body != NULL && (e = json_print(ctx, call->body, &rq.body,
	    &rq.body_len)) != ERR_OK)
		return e;
	e = http_call(ctx, &rq, r);
	return e == ERR_OK ? e : kube_unreached(ctx, e);
}

enum err
kube_ask(struct ctx *ctx, const struct kube *kube,
    const struct kube_call *call, struct json **root)
{
	struct http_response r = { 0 };
	enum err e;

	if ((e = kube_call(ctx, kube, call, ANSWER_MAX, &r)) != ERR_OK)
		return e;
	if (r.status != 200 && r.status != 201)
		return kube_failed(ctx, call->what, &r);
	if ((e = peer_json(ctx, "cluster", r.body, r.body_len, root)) !=
	    ERR_OK)
		return e;
	return json_is_object(*root) ? ERR_OK : fail(ctx, ERR_PEER,
	    "cluster_failed", "it does not speak like a Kubernetes cluster");
}

enum err
kube_look(struct ctx *ctx, const struct kube *kube,
    const struct kube_call *call, struct json **root)
{
	enum err e = kube_ask(ctx, kube, call, root);

	if (e != ERR_NOT_FOUND)
		return e;
	fail_clear(ctx);
	*root = NULL;
	return ERR_OK;
}

enum err
kube_text(struct ctx *ctx, const struct kube *kube, const char *path,
    struct str *text)
{
	const struct kube_call call = { path, NULL, "read a log" };
	struct http_response r = { 0 };
	enum err e;

	/* The cluster may add a line about why it stops. */
	if ((e = kube_call(ctx, kube, &call, 2 * KUBE_LOG_BYTES, &r)) !=
	    ERR_OK)
		return e;
	*text = (struct str){ "", 0 };
	if (r.status == 400 || r.status == 404)
		return ERR_OK;
	if (r.status != 200)
		return kube_failed(ctx, call.what, &r);
	*text = (struct str){ r.body, r.body_len };
	return ERR_OK;
}
