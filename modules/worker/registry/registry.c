/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OCI registry: blobs, manifests, tags.  Names that reach a URL are checked
 * here against the specification's grammar, so none needs escaping.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/conf.h"
#include "libshared/base/str.h"
#include "libshared/doors/http.h"
#include "libshared/doors/json.h"
#include "libshared/skeleton/process.h"
#include "modules/worker/peer.h"
#include "modules/worker/registry/registry_call.h"

#define TAGS_MAX	10000
#define REGISTRY_SOCKET_MAX	107	/* sun_path and its NUL */

static const struct setting registry_settings[] = {
	SETTING(registry_conf, registry_url, PEER_URL, "", 0, 255,
	    "OCI registry that images are pushed to."),
	SETTING(registry_conf, registry_socket, PATH, "", 0,
	    REGISTRY_SOCKET_MAX,
	    "Socket of the registry, instead of the host in registry_url."),
	SETTING(registry_conf, registry_pull, TEXT, "", 0, 255,
	    "Name of the registry in the references that the engine pulls."),
	SETTING(registry_conf, registry_readers, PATH, "", 0, 255,
	    "Directory where nginx finds who may pull; empty: anybody may."),
	SETTINGS_END
};

const struct registry_conf *
registry_conf(void)
{
	return conf_part(process.conf, registry_settings,
	    sizeof(struct registry_conf));
}

struct registry
registry_configured(void)
{
	const struct registry_conf *conf = registry_conf();

	return (struct registry){
		.url = conf->registry_url,
		.socket = conf->registry_socket[0] != '\0' ?
		    conf->registry_socket : NULL,
	};
}

/* error_words - the first error of the answer, printable and short */
static const char *
error_words(struct ctx *ctx, const struct http_response *r)
{
	const struct json *first;
	const char *code, *message;
	struct json *root;

	if (peer_json(ctx, "registry", r->body, r->body_len, &root) !=
	    ERR_OK) {
		fail_clear(ctx);
		return "no reason given";
	}
	first = json_at(json_get(root, "errors"), 0);
	code = json_member(first, "code");
	message = json_member(first, "message");
	if (code == NULL)
		return "no reason given";
	code = text_printf(ctx->mem, "%s: %s", peer_words(ctx, code, 40),
	    peer_words(ctx, message, REGISTRY_WORDS));
	return code != NULL ? code : "no memory for the reason";
}

/* registry_expect - ERR_OK for one of the two statuses; 404 is ERR_NOT_FOUND */
enum err
registry_expect(struct ctx *ctx, const struct http_response *r, int status,
    int other, const char *what)
{
	enum err e = ERR_PEER;

	if (r->status == status || r->status == other)
		return ERR_OK;
	if (r->status == 404)
		e = ERR_NOT_FOUND;
	else if (r->status == 429 || r->status == 503)
		e = ERR_UNAVAILABLE;
	return fail(ctx, e, "registry_failed", "registry, %s: %d, %s", what,
	    r->status, error_words(ctx, r));
}

/*
 * request_send - takes method, headers and body of rq; the path is below /v2/
 */
static enum err
request_send(struct ctx *ctx, const struct registry *registry,
    const struct http_request *rq, const char *path, struct http_response *r)
{
	struct http_request full = *rq;

	full.unix_socket = registry->socket;
	full.ca_file = registry->ca_file;
	full.policy = HTTP_CONFIGURED;
	full.timeout_ms = REGISTRY_MS;
	full.max_body = OCI_MANIFEST_SIZE_MAX;
	full.url = text_printf(ctx->mem, "%s/v2/%s", registry->url, path);
	if (full.url == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory for a URL");
	return http_call(ctx, &full, r);
}

enum err
registry_ask(struct ctx *ctx, const struct registry *registry,
    const char *method, const char *path, struct http_response *r)
{
	struct http_request rq = { HTTP_DEFAULTS, .method = method };

	return request_send(ctx, registry, &rq, path, r);
}

enum err
registry_path(struct ctx *ctx, const char *made, const char **path)
{
	*path = made;
	return made != NULL ? ERR_OK : fail(ctx, ERR_INTERNAL, NULL,
	    "no memory for a URL");
}

enum err
registry_check(struct ctx *ctx, const char *repository)
{
	if (oci_repository_valid(repository))
		return ERR_OK;
	return fail(ctx, ERR_INVALID, "image_invalid",
	    "'%s' is not a repository", repository != NULL ? repository : "");
}

/* path_of - makes repository/kind/reference when both names are valid */
static enum err
path_of(struct ctx *ctx, const struct registry *registry, const char *kind,
    const char *reference, const char **path)
{
	enum err e;

	if ((e = registry_check(ctx, registry->repository)) != ERR_OK)
		return e;
	if (!oci_digest_valid(reference) && (strcmp(kind, "manifests") != 0 ||
	    !oci_tag_valid(reference)))
		return fail(ctx, ERR_INVALID, "image_invalid",
		    "'%s' is not a name in a registry", reference);
	return registry_path(ctx, text_printf(ctx->mem, "%s/%s/%s",
	    registry->repository, kind, reference), path);
}

enum err
registry_ping(struct ctx *ctx, const struct registry *registry)
{
	struct http_response r;
	enum err e;

	if ((e = registry_ask(ctx, registry, "GET", "", &r)) != ERR_OK)
		return e;
	return registry_expect(ctx, &r, 200, 200, "ping");
}

enum err
registry_blob_exists(struct ctx *ctx, const struct registry *registry,
    const char *digest, bool *exists)
{
	struct http_response r;
	const char *path;
	enum err e;

	if ((e = path_of(ctx, registry, "blobs", digest, &path)) != ERR_OK ||
	    (e = registry_ask(ctx, registry, "HEAD", path, &r)) != ERR_OK ||
	    (e = registry_expect(ctx, &r, 200, 404, "look for a blob")) !=
	    ERR_OK)
		return e;
	*exists = r.status == 200;
	return ERR_OK;
}

enum err
registry_blob_delete(struct ctx *ctx, const struct registry *registry,
    const char *digest)
{
	struct http_response r;
	const char *path;
	enum err e;

	if ((e = path_of(ctx, registry, "blobs", digest, &path)) != ERR_OK ||
	    (e = registry_ask(ctx, registry, "DELETE", path, &r)) != ERR_OK)
		return e;
	return registry_expect(ctx, &r, 202, 404, "delete a blob");
}

static enum err
check_digest(struct ctx *ctx, const char *body, size_t len,
    const char *digest)
{
	char found[OCI_DIGEST_MAX];

	oci_digest_of(body, len, found);
	if (strcmp(found, digest) == 0)
		return ERR_OK;
	return fail(ctx, ERR_PEER, "registry_lied",
	    "registry gave %s when asked for %s", found, digest);
}

enum err
registry_blob_get(struct ctx *ctx, const struct registry *registry,
    const char *digest, size_t max, struct str *body)
{
	struct http_response r;
	const char *path;
	enum err e;

	if ((e = path_of(ctx, registry, "blobs", digest, &path)) != ERR_OK ||
	    (e = registry_ask(ctx, registry, "GET", path, &r)) != ERR_OK ||
	    (e = registry_expect(ctx, &r, 200, 200, "read a blob")) != ERR_OK)
		return e;
	if (r.body_len > max)
		return fail(ctx, ERR_PEER, "registry_failed",
		    "a blob of %zu bytes where %zu is the limit", r.body_len,
		    max);
	if ((e = check_digest(ctx, r.body, r.body_len, digest)) != ERR_OK)
		return e;
	*body = (struct str){ r.body, r.body_len };
	return ERR_OK;
}

enum err
registry_manifest_get(struct ctx *ctx, const struct registry *registry,
    const char *reference, struct registry_manifest *manifest)
{
	static const struct http_header headers[] = {
		{ "Accept", OCI_MANIFEST ", " OCI_INDEX ", " DOCKER_MANIFEST
		    ", " DOCKER_INDEX }, { NULL, NULL },
	};
	const struct http_request rq = { HTTP_DEFAULTS, .method = "GET",
	    .headers = headers };
	struct http_response r;
	const char *path;
	enum err e;

	if ((e = path_of(ctx, registry, "manifests", reference, &path)) !=
	    ERR_OK ||
	    (e = request_send(ctx, registry, &rq, path, &r)) != ERR_OK ||
	    (e = registry_expect(ctx, &r, 200, 200, "read a manifest")) !=
	    ERR_OK)
		return e;
	if (oci_digest_valid(reference) && (e = check_digest(ctx, r.body,
	    r.body_len, reference)) != ERR_OK)
		return e;
	*manifest = (struct registry_manifest){
		.media_type = r.content_type != NULL ? r.content_type : "",
		.body = r.body, .len = r.body_len,
	};
	oci_digest_of(r.body, r.body_len, manifest->digest);
	return ERR_OK;
}

enum err
registry_manifest_put(struct ctx *ctx, const struct registry *registry,
    const char *reference, const struct registry_manifest *manifest)
{
	const struct http_header headers[] = {
		{ "Content-Type", manifest->media_type }, { NULL, NULL },
	};
	const struct http_request rq = { HTTP_DEFAULTS, .method = "PUT",
	    .headers = headers, .body = manifest->body,
	    .body_len = manifest->len };
	struct http_response r;
	const char *path;
	enum err e;

	if ((e = path_of(ctx, registry, "manifests", reference, &path)) !=
	    ERR_OK)
		return e;
	if ((e = request_send(ctx, registry, &rq, path, &r)) != ERR_OK ||
	    (e = registry_expect(ctx, &r, 201, 201, "store a manifest")) !=
	    ERR_OK)
		return e;
	if (r.digest != NULL && strcmp(r.digest, manifest->digest) != 0)
		return fail(ctx, ERR_PEER, "registry_lied",
		    "registry stored %s when given %s",
		    peer_words(ctx, r.digest, OCI_DIGEST_MAX),
		    manifest->digest);
	return ERR_OK;
}

enum err
registry_manifest_delete(struct ctx *ctx, const struct registry *registry,
    const char *digest)
{
	struct http_response r;
	const char *path;
	enum err e;

	if (!oci_digest_valid(digest))
		return fail(ctx, ERR_INVALID, "image_invalid",
		    "manifests are deleted by digest");
	if ((e = path_of(ctx, registry, "manifests", digest, &path)) !=
	    ERR_OK || (e = registry_ask(ctx, registry, "DELETE", path, &r)) !=
	    ERR_OK)
		return e;
	return registry_expect(ctx, &r, 202, 404, "delete a manifest");
}

enum err
registry_tags(struct ctx *ctx, const struct registry *registry,
    const char *const **tags, size_t *n)
{
	const struct json *list;
	const char **names, *path;
	struct http_response r;
	struct json *root;
	size_t i, count;
	enum err e;

	if ((e = registry_check(ctx, registry->repository)) != ERR_OK ||
	    (e = registry_path(ctx, text_printf(ctx->mem, "%s/tags/list",
	    registry->repository), &path)) != ERR_OK ||
	    (e = registry_ask(ctx, registry, "GET", path, &r)) != ERR_OK ||
	    (e = registry_expect(ctx, &r, 200, 404, "list tags")) != ERR_OK)
		return e;
	*n = 0;
	if (r.status == 404)
		return ERR_OK;
	if ((e = peer_json(ctx, "registry", r.body, r.body_len, &root)) !=
	    ERR_OK)
		return e;
	list = json_get(root, "tags");
	count = json_is_array(list) ? json_count(list) : 0;
	names = arena_array(ctx->mem, count + 1, sizeof(*names));
	if (count > TAGS_MAX || names == NULL)
		return fail(ctx, ERR_PEER, "registry_failed",
		    "%zu tags are too many", count);
	for (i = 0; i < count; i++)
		if (oci_tag_valid(json_text(json_at(list, i), NULL)))
			names[(*n)++] = json_text(json_at(list, i), NULL);
	*tags = names;
	return ERR_OK;
}
