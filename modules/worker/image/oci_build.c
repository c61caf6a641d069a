/* SPDX-License-Identifier: Apache-2.0 */
/* Builds one image: base, layers, upload. */
#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "modules/worker/image/oci_build.h"
#include "modules/worker/image/oci_config.h"
#include "modules/worker/peer.h"

static void
close_kept(void *handle)
{
	close((int)(intptr_t)handle);
}

enum err
build_open(struct ctx *ctx, const char *path, int *fd, int64_t *size)
{
	struct stat st;
	int opened;

	opened = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (opened == -1)
		return fail(ctx, ERR_INVALID, "file_missing", "%s: %s", path,
		    strerror(errno));
	if (arena_adopt(ctx->mem, (void *)(intptr_t)opened, close_kept) != 0)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory for a file");
	if (fstat(opened, &st) == -1 || !S_ISREG(st.st_mode))
		return fail(ctx, ERR_INVALID, "file_missing",
		    "%s is not a plain file", path);
	*fd = opened;
	*size = st.st_size;
	return ERR_OK;
}

static bool
is_index(const struct json *manifest)
{
	const char *type = json_member(manifest, "mediaType");

	return type != NULL && (strcmp(type, OCI_INDEX) == 0 ||
	    strcmp(type, DOCKER_INDEX) == 0);
}

/* index_choice - selects the image of an index for this architecture */
static const char *
index_choice(const struct json *index)
{
	const struct json *list = json_get(index, "manifests"), *platform;
	const char *os, *machine, *digest;
	size_t i;

	for (i = 0; i < json_count(list); i++) {
		platform = json_get(json_at(list, i), "platform");
		os = json_member(platform, "os");
		machine = json_member(platform, "architecture");
		digest = json_member(json_at(list, i), "digest");
		if (os != NULL && strcmp(os, "linux") == 0 &&
		    machine != NULL && strcmp(machine, "amd64") == 0 &&
		    oci_digest_valid(digest))
			return digest;
	}
	return NULL;
}

static enum err
read_manifest(struct build *b, const char *digest, struct json **manifest)
{
	struct registry_manifest raw;
	enum err e;

	e = registry_manifest_get(b->ctx, &b->from, digest, &raw);
	if (e != ERR_OK)
		return e;
	return peer_json(b->ctx, "registry", raw.body, raw.len, manifest);
}

static enum err
bad_base(struct build *b, const char *why)
{
	return fail(b->ctx, ERR_PEER, "base_unusable", "base %s@%s: %s",
	    b->from.repository, b->base_digest, why);
}

static enum err
read_config(struct build *b, const struct json *manifest)
{
	struct json *config;
	const char *digest;
	struct str text;
	enum err e;

	digest = json_member(json_get(manifest, "config"), "digest");
	if (!oci_digest_valid(digest))
		return bad_base(b, "its config has no digest");
	if ((e = registry_blob_get(b->ctx, &b->from, digest,
	    BUILD_CONFIG_MAX, &text)) != ERR_OK ||
	    (e = peer_json(b->ctx, "registry", text.p, text.len, &config)) !=
	    ERR_OK)
		return e;
	b->base = config;
	return ERR_OK;
}

/*
 * layer_type - Docker and OCI layers have the same bytes: use OCI media types
 */
static const char *
layer_type(const char *type)
{
	static const struct { const char *theirs, *ours; } types[] = {
		{ OCI_LAYER, OCI_LAYER }, { OCI_LAYER_GZIP, OCI_LAYER_GZIP },
		{ "application/vnd.oci.image.layer.v1.tar+zstd",
		    "application/vnd.oci.image.layer.v1.tar+zstd" },
		{ "application/vnd.docker.image.rootfs.diff.tar.gzip",
		    OCI_LAYER_GZIP },
		{ "application/vnd.docker.image.rootfs.diff.tar", OCI_LAYER },
	};
	size_t i;

	for (i = 0; type != NULL && i < nitems(types); i++)
		if (strcmp(type, types[i].theirs) == 0)
			return types[i].ours;
	return NULL;
}

static enum err
read_layers(struct build *b, const struct json *manifest)
{
	const struct json *list = json_get(manifest, "layers"), *ids;
	struct build_layer *layer;
	const char *digest;
	size_t i, n;

	ids = json_get(json_get(b->base, "rootfs"), "diff_ids");
	n = json_is_array(list) ? json_count(list) : 0;
	if (n == 0 || n > BUILD_LAYERS_MAX - 2 || !json_is_array(ids) ||
	    json_count(ids) != n)
		return bad_base(b, "layers and diff_ids do not match");
	for (i = 0; i < n; i++) {
		layer = &b->layers[i];
		digest = json_member(json_at(list, i), "digest");
		layer->media_type = layer_type(json_member(json_at(list, i),
		    "mediaType"));
		layer->diff_id = json_text(json_at(ids, i), NULL);
		if (layer->media_type == NULL || !oci_digest_valid(digest) ||
		    !oci_digest_valid(layer->diff_id) ||
		    !json_int(json_get(json_at(list, i), "size"),
		    &layer->size) || layer->size < 0)
			return bad_base(b, "a layer that we cannot use");
		memcpy(layer->digest, digest, strlen(digest) + 1);
	}
	b->nlayers = n;
	return ERR_OK;
}

enum err
build_begin(struct build *b, struct ctx *ctx, const struct registry *registry,
    const char *repository, const char *base)
{
	struct json *manifest;
	const char *digest;
	enum err e;

	*b = (struct build){ .ctx = ctx, .to = *registry,
	    .from = *registry };
	b->to.repository = repository;
	if (base == NULL)
		return ERR_OK;
	if ((e = oci_reference(ctx, base, &b->from.repository,
	    &b->base_digest)) != ERR_OK ||
	    (e = read_manifest(b, b->base_digest, &manifest)) != ERR_OK)
		return e;
	if (is_index(manifest)) {
		digest = index_choice(manifest);
		if (digest == NULL)
			return bad_base(b, "nothing for linux/amd64");
		if ((e = read_manifest(b, digest, &manifest)) != ERR_OK)
			return e;
	}
	if ((e = read_config(b, manifest)) != ERR_OK)
		return e;
	return read_layers(b, manifest);
}

/* next_layer - returns the next free entry, or NULL */
static struct build_layer *
next_layer(struct build *b, struct tar **tar)
{
	*tar = arena_get(b->ctx->mem, sizeof(**tar));
	if (*tar == NULL || b->nlayers == BUILD_LAYERS_MAX)
		return NULL;
	return &b->layers[b->nlayers];
}

/* add_parents - adds each directory above name that is not in the list yet */
static enum err
add_parents(struct build *b, const char *name, struct tar_file *files,
    size_t *n)
{
	const char *slash, *dir;
	size_t i;

	for (slash = strchr(name, '/'); slash != NULL && slash[1] != '\0';
	    slash = strchr(slash + 1, '/')) {
		dir = arena_text(b->ctx->mem, name, (size_t)(slash - name) +
		    1);
		if (dir == NULL || *n + 1 >= OCI_TAR_FILES_MAX)
			return fail(b->ctx, ERR_INTERNAL, NULL,
			    "too many files in a layer");
		for (i = 0; i < *n; i++)
			if (strcmp(files[i].name, dir) == 0)
				break;
		if (i == *n)
			files[(*n)++] = (struct tar_file)TAR_DIRECTORY(dir);
	}
	return ERR_OK;
}

/* tar_layer - makes a tar of files and their directories the next layer */
static enum err
tar_layer(struct build *b, const struct tar_file *files, size_t n,
    const char *made_by, struct build_layer **out)
{
	struct tar_file all[OCI_TAR_FILES_MAX];
	struct build_layer *layer;
	size_t i, total = 0;
	struct tar *tar;
	enum err e;

	layer = next_layer(b, &tar);
	*out = layer;
	if (layer == NULL)
		return fail(b->ctx, ERR_INTERNAL, NULL, "too many layers");
	for (i = 0; i < n; i++) {
		if ((e = add_parents(b, files[i].name, all, &total)) != ERR_OK)
			return e;
		all[total++] = files[i];
	}
	if ((e = tar_begin(b->ctx, all, total, tar)) != ERR_OK)
		return e;
	layer->media_type = OCI_LAYER;
	layer->diff_id = layer->digest;		/* not compressed */
	layer->size = tar->size;
	layer->made_by = made_by;
	layer->tar = tar;
	return ERR_OK;
}

enum err
build_add(struct build *b, const struct tar_file *files, size_t n,
    const char *made_by, char *content)
{
	struct build_layer *layer;
	enum err e;

	if ((e = tar_layer(b, files, n, made_by, &layer)) != ERR_OK ||
	    (e = tar_digest(b->ctx, layer->tar, n > 0 ? files[0].fd : -1,
	    layer->digest, content)) != ERR_OK)
		return e;
	b->nlayers++;
	return ERR_OK;
}

enum err
build_send(struct build *b, const struct tar_file *files, size_t n,
    const char *made_by, char *content)
{
	struct registry_upload upload;
	struct build_layer *layer;
	struct registry_blob blob;
	struct tar_hash *hash;
	bool whole;
	enum err e;

	if ((e = tar_layer(b, files, n, made_by, &layer)) != ERR_OK)
		return e;
	hash = tar_hash_begin(layer->tar, n > 0 ? files[0].fd : -1);
	blob = (struct registry_blob){ .size = layer->size,
	    .source = tar_hash_read, .source_arg = hash };
	e = registry_blob_begin(b->ctx, &b->to, &blob, &upload);
	whole = tar_hash_end(&hash, layer->digest, content);
	if (e != ERR_OK)
		return e;
	if (!whole)
		return fail(b->ctx, ERR_PEER, "registry_failed",
		    "registry took less than a whole layer");
	e = registry_blob_end(b->ctx, &b->to, &upload, layer->digest);
	if (e != ERR_OK)
		return e;
	layer->sent = true;
	b->pushed += layer->size;
	b->nlayers++;
	return ERR_OK;
}

enum err
build_add_gzip(struct build *b, int fd, int64_t size, const char *diff_id,
    const char *made_by)
{
	struct build_layer *layer;
	struct tar *tar;
	enum err e;

	layer = next_layer(b, &tar);
	if (layer == NULL)
		return fail(b->ctx, ERR_INTERNAL, NULL, "too many layers");
	tar->pieces = arena_get(b->ctx->mem, sizeof(*tar->pieces));
	if (tar->pieces == NULL)
		return fail(b->ctx, ERR_INTERNAL, NULL, "no memory");
	tar->pieces[0] = (struct tar_piece){ .fd = fd, .len = size };
	tar->npieces = 1;
	tar->size = size;
	if ((e = tar_digest(b->ctx, tar, -1, layer->digest, NULL)) != ERR_OK)
		return e;
	layer->media_type = OCI_LAYER_GZIP;
	layer->diff_id = diff_id;
	layer->size = size;
	layer->made_by = made_by;
	layer->tar = tar;
	b->nlayers++;
	return ERR_OK;
}

static enum err
push_layer(struct build *b, const struct build_layer *layer)
{
	struct registry_blob blob = { .digest = layer->digest,
	    .size = layer->size, .source = tar_read,
	    .source_arg = (void *)(uintptr_t)layer->tar };
	bool there = false;
	enum err e;

	if (layer->sent)
		return ERR_OK;
	e = registry_blob_exists(b->ctx, &b->to, layer->digest, &there);
	if (e != ERR_OK || there)
		return e;
	if (layer->tar != NULL) {
		b->pushed += layer->size;
		return registry_blob_put(b->ctx, &b->to, &blob);
	}
	e = registry_blob_mount(b->ctx, &b->to, layer->digest,
	    b->from.repository, &there);
	if (e != ERR_OK || there)
		return e;
	return bad_base(b, "the registry did not mount a layer of the base");
}

static enum err
push_blobs(struct build *b, const char *config, size_t len,
    const char *digest)
{
	struct registry_blob blob = { .digest = digest, .data = config,
	    .size = (int64_t)len };
	bool there;
	enum err e;
	size_t i;

	for (i = 0; i < b->nlayers; i++)
		if ((e = push_layer(b, &b->layers[i])) != ERR_OK)
			return e;
	e = registry_blob_exists(b->ctx, &b->to, digest, &there);
	if (e != ERR_OK || there)
		return e;
	return registry_blob_put(b->ctx, &b->to, &blob);
}

/* is_complete - a registry that has the manifest also has its blobs */
static enum err
is_complete(struct build *b, const char *digest, bool *complete)
{
	struct registry_manifest found;
	enum err e;

	e = registry_manifest_get(b->ctx, &b->to, digest, &found);
	*complete = e == ERR_OK;
	if (e != ERR_NOT_FOUND)
		return e;
	fail_clear(b->ctx);
	return ERR_OK;
}

enum err
build_end(struct build *b, const struct build_config *config, const char *tag,
    struct image *image)
{
	struct registry_manifest manifest = { .media_type = OCI_MANIFEST };
	char config_digest[OCI_DIGEST_MAX];
	const char *text;
	bool complete;
	size_t i, len;
	enum err e;

	if (!oci_tag_valid(tag) || strlen(tag) > OCI_TAG_MAX)
		return fail(b->ctx, ERR_INVALID, "image_invalid",
		    "'%s' is not a tag", tag);
	if ((e = config_text(b, config, &text, &len)) != ERR_OK)
		return e;
	oci_digest_of(text, len, config_digest);
	if ((e = manifest_text(b, config_digest, len, &manifest)) != ERR_OK ||
	    (e = is_complete(b, manifest.digest, &complete)) != ERR_OK)
		return e;
	if (!complete && (e = push_blobs(b, text, len, config_digest)) !=
	    ERR_OK)
		return e;
	e = registry_manifest_put(b->ctx, &b->to, tag, &manifest);
	if (e != ERR_OK)
		return e;
	image->repository = b->to.repository;
	memcpy(image->digest, manifest.digest, sizeof(image->digest));
	memcpy(image->tag, tag, strlen(tag) + 1);
	image->reference = text_printf(b->ctx->mem, "%s@%s", b->to.repository,
	    manifest.digest);
	image->pushed = b->pushed;
	image->size = 0;
	for (i = 0; i < b->nlayers; i++)
		image->size += b->layers[i].size;
	return image->reference != NULL ? ERR_OK : fail(b->ctx, ERR_INTERNAL,
	    NULL, "no memory for a name");
}
