/* SPDX-License-Identifier: Apache-2.0 */
/* Finds a tenant's repositories in the catalogue, and empties them. */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/http.h"
#include "libshared/doors/json.h"
#include "libshared/skeleton/job.h"
#include "modules/worker/peer.h"
#include "modules/worker/registry/registry_call.h"
#include "modules/worker/registry/registry_remove.h"

#define PAGE		100	/* repositories that one answer has */
#define PAGES_MAX	1000

/* blob_drop - deletes what a descriptor of a manifest names */
static enum err
blob_drop(struct ctx *ctx, const struct registry *registry,
    const struct json *descriptor, struct registry_removed *removed)
{
	const char *digest = json_member(descriptor, "digest");
	int64_t size;

	if (!oci_digest_valid(digest))
		return ERR_OK;
	if (json_int(json_get(descriptor, "size"), &size) && size > 0)
		removed->bytes += size;
	return registry_blob_delete(ctx, registry, digest);
}

/* image_drop - deletes blobs and manifest; the manifest last names them */
static enum err
image_drop(struct ctx *ctx, const struct registry *registry, const char *tag,
    struct registry_removed *removed)
{
	struct registry_manifest manifest;
	const struct json *layers;
	struct json *top;
	size_t i;
	enum err e;

	e = registry_manifest_get(ctx, registry, tag, &manifest);
	if (e == ERR_NOT_FOUND) {
		fail_clear(ctx);	/* it went with another tag */
		return ERR_OK;
	}
	if (e != ERR_OK || (e = job_still(ctx)) != ERR_OK ||
	    (e = peer_json(ctx, "registry", manifest.body, manifest.len,
	    &top)) != ERR_OK ||
	    (e = blob_drop(ctx, registry, json_get(top, "config"),
	    removed)) != ERR_OK)
		return e;
	layers = json_get(top, "layers");
	for (i = 0; i < json_count(layers); i++)
		if ((e = blob_drop(ctx, registry, json_at(layers, i),
		    removed)) != ERR_OK)
			return e;
	removed->images++;
	return registry_manifest_delete(ctx, registry, manifest.digest);
}

static enum err
repository_empty(struct ctx *ctx, const struct registry *registry,
    const char *name, struct registry_removed *removed)
{
	struct registry one = *registry;
	const char *const *tags;
	size_t i, n;
	enum err e;

	one.repository = name;
	if ((e = registry_tags(ctx, &one, &tags, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		if ((e = image_drop(ctx, &one, tags[i], removed)) != ERR_OK)
			return e;
	return ERR_OK;
}

/* catalog_page - the names after this one, in the registry's order */
static enum err
catalog_page(struct ctx *ctx, const struct registry *registry,
    const char *last, const struct json **names)
{
	struct http_response r;
	const char *path;
	struct json *top;
	enum err e;

	if ((e = registry_path(ctx, text_printf(ctx->mem,
	    "_catalog?n=%d&last=%s", PAGE, last), &path)) != ERR_OK ||
	    (e = registry_ask(ctx, registry, "GET", path, &r)) != ERR_OK ||
	    (e = registry_expect(ctx, &r, 200, 200, "list repositories")) !=
	    ERR_OK ||
	    (e = peer_json(ctx, "registry", r.body, r.body_len, &top)) !=
	    ERR_OK)
		return e;
	*names = json_get(top, "repositories");
	return ERR_OK;
}

/*
 * page_empty - empties those below the prefix; *last is the last of them, or
 * NULL when no other page has any
 */
static enum err
page_empty(struct ctx *ctx, const struct registry *registry,
    const struct json *names, const char **last,
    struct registry_removed *removed)
{
	size_t prefix = strcspn(*last, "/"), i, n = json_count(names);
	const char *first = *last, *name;
	enum err e;

	*last = NULL;
	for (i = 0; i < n; i++) {
		name = json_text(json_at(names, i), NULL);
		if (!oci_repository_valid(name) ||
		    strncmp(name, first, prefix) != 0 || name[prefix] != '/')
			return ERR_OK;
		if ((e = repository_empty(ctx, registry, name, removed)) !=
		    ERR_OK)
			return e;
	}
	if (n == PAGE)
		*last = json_text(json_at(names, n - 1), NULL);
	return ERR_OK;
}

enum err
registry_tenant_remove(struct ctx *ctx, const struct registry *registry,
    const char *slug, struct registry_removed *removed)
{
	struct registry_removed sum = { 0, 0 };
	const struct json *names;
	const char *last = slug;
	size_t i;
	enum err e;

	for (i = 0; i < PAGES_MAX && last != NULL; i++)
		if ((e = catalog_page(ctx, registry, last, &names)) !=
		    ERR_OK ||
		    (e = page_empty(ctx, registry, names, &last, &sum)) !=
		    ERR_OK)
			return e;
	*removed = sum;
	return ERR_OK;
}
