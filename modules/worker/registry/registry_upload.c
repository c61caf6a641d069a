/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Puts blobs into a registry: by mounting them, or by an upload in two calls
 * (PUT) or three (PATCH, when the digest is known only at the end).
 */
#include "config.h"

#include <limits.h>
#include <string.h>

#include "libshared/base/str.h"
#include "modules/worker/peer.h"
#include "modules/worker/registry/registry_call.h"

#define UPLOAD_BASE_MS	30000		/* and a second for each MiB */
#define ANSWER_MAX	(64u << 10)

/*
 * upload_url - returns the URL of the next request of an upload, from a
 * Location header.  Refuses another host: data and credentials go to the
 * configured registry only.
 */
static enum err
upload_url(struct ctx *ctx, const struct registry *registry,
    const char *at, const char *digest, const char **url)
{
	const char *made;
	size_t len = strlen(registry->url);

	if (at == NULL || (at[0] == '/' && at[1] == '/') || (at[0] != '/' &&
	    (strncmp(at, registry->url, len) != 0 || at[len] != '/')))
		return fail(ctx, ERR_PEER, "registry_failed",
		    "registry sends the upload elsewhere: '%s'",
		    peer_words(ctx, at, REGISTRY_WORDS));
	made = text_printf(ctx->mem, "%s%s%s%s%s",
	    at[0] == '/' ? registry->url : "", at,
	    digest == NULL ? "" : strchr(at, '?') != NULL ? "&" : "?",
	    digest == NULL ? "" : "digest=", digest == NULL ? "" : digest);
	if (made == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory for a URL");
	*url = made;
	return ERR_OK;
}

/* upload_cancel - cancels the upload that a failed mount opened */
static void
upload_cancel(struct ctx *ctx, const struct registry *registry,
    const struct http_response *started)
{
	struct http_request rq = { HTTP_DEFAULTS, .method = "DELETE",
	    .unix_socket = registry->socket, .ca_file = registry->ca_file,
	    .policy = HTTP_CONFIGURED,
	    .timeout_ms = REGISTRY_MS, .max_body = ANSWER_MAX };
	struct http_response r;

	if (upload_url(ctx, registry, started->location, NULL, &rq.url) !=
	    ERR_OK || http_call(ctx, &rq, &r) != ERR_OK)
		fail_clear(ctx);
}

enum err
registry_blob_mount(struct ctx *ctx, const struct registry *registry,
    const char *digest, const char *from, bool *mounted)
{
	struct http_response r;
	const char *path;
	enum err e;

	if (!oci_digest_valid(digest))
		return fail(ctx, ERR_INVALID, "image_invalid",
		    "no blob has that name");
	if ((e = registry_check(ctx, from)) != ERR_OK ||
	    (e = registry_check(ctx, registry->repository)) != ERR_OK ||
	    (e = registry_path(ctx, text_printf(ctx->mem,
	    "%s/blobs/uploads/?mount=%s&from=%s", registry->repository,
	    digest, from), &path)) != ERR_OK ||
	    (e = registry_ask(ctx, registry, "POST", path, &r)) != ERR_OK ||
	    (e = registry_expect(ctx, &r, 201, 202, "mount a blob")) != ERR_OK)
		return e;
	*mounted = r.status == 201;
	if (!*mounted)
		upload_cancel(ctx, registry, &r);
	return ERR_OK;
}

/* upload_begin - opens an upload; Location of the answer is its next request */
static enum err
upload_begin(struct ctx *ctx, const struct registry *registry,
    struct http_response *r)
{
	const char *path;
	enum err e;

	if ((e = registry_check(ctx, registry->repository)) != ERR_OK ||
	    (e = registry_path(ctx, text_printf(ctx->mem, "%s/blobs/uploads/",
	    registry->repository), &path)) != ERR_OK ||
	    (e = registry_ask(ctx, registry, "POST", path, r)) != ERR_OK)
		return e;
	return registry_expect(ctx, r, 202, 202, "begin an upload");
}

/* upload_send - sends the bytes of a blob */
static enum err
upload_send(struct ctx *ctx, const struct registry *registry,
    const struct registry_blob *blob, struct http_request *rq,
    struct http_response *r)
{
	static const struct http_header headers[] = {
		{ "Content-Type", "application/octet-stream" }, { NULL, NULL },
	};
	int64_t ms = UPLOAD_BASE_MS + (blob->size >> 20) * 1000;
	enum err e;

	if (blob->size < 0)
		return fail(ctx, ERR_INTERNAL, NULL, "a blob without size");
	rq->headers = headers;
	rq->body = blob->data;
	rq->source = blob->source;
	rq->source_arg = blob->source_arg;
	rq->body_len = (size_t)blob->size;
	rq->unix_socket = registry->socket;
	rq->ca_file = registry->ca_file;
	rq->policy = HTTP_CONFIGURED;
	rq->timeout_ms = ms > INT_MAX ? INT_MAX : (int)ms;
	rq->max_body = ANSWER_MAX;
	if ((e = upload_begin(ctx, registry, r)) != ERR_OK ||
	    (e = upload_url(ctx, registry, r->location, blob->digest,
	    &rq->url)) != ERR_OK)
		return e;
	return http_call(ctx, rq, r);
}

enum err
registry_blob_put(struct ctx *ctx, const struct registry *registry,
    const struct registry_blob *blob)
{
	struct http_request rq = { HTTP_DEFAULTS, .method = "PUT" };
	struct http_response r;
	enum err e;

	if (!oci_digest_valid(blob->digest))
		return fail(ctx, ERR_INVALID, "image_invalid",
		    "no blob has that name");
	if ((e = upload_send(ctx, registry, blob, &rq, &r)) != ERR_OK)
		return e;
	return registry_expect(ctx, &r, 201, 201, "upload a blob");
}

enum err
registry_blob_begin(struct ctx *ctx, const struct registry *registry,
    const struct registry_blob *blob, struct registry_upload *begun)
{
	struct http_request rq = { HTTP_DEFAULTS, .method = "PATCH" };
	struct http_response r;
	enum err e;

	if ((e = upload_send(ctx, registry, blob, &rq, &r)) != ERR_OK ||
	    (e = registry_expect(ctx, &r, 202, 202, "send a blob")) != ERR_OK)
		return e;
	begun->location = r.location;
	return ERR_OK;
}

enum err
registry_blob_end(struct ctx *ctx, const struct registry *registry,
    const struct registry_upload *begun, const char *digest)
{
	struct http_request rq = { HTTP_DEFAULTS, .method = "PUT",
	    .unix_socket = registry->socket, .ca_file = registry->ca_file,
	    .policy = HTTP_CONFIGURED,
	    .timeout_ms = UPLOAD_BASE_MS, .max_body = ANSWER_MAX };
	struct http_response r;
	enum err e;

	if ((e = upload_url(ctx, registry, begun->location, digest,
	    &rq.url)) != ERR_OK || (e = http_call(ctx, &rq, &r)) != ERR_OK)
		return e;
	return registry_expect(ctx, &r, 201, 201, "finish an upload");
}
