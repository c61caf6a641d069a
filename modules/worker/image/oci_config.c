/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Config and manifest of an image, built as JSON trees in a fixed order.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "modules/worker/image/oci_config.h"

#define ENV_MAX		128

static struct json *
texts_json(struct ctx *ctx, const char *const *list, size_t n)
{
	struct json *array = json_array(ctx);
	size_t i;

	for (i = 0; i < n; i++)
		json_add_text(array, list[i]);
	return array;
}

static bool
same_name(const char *line, const char *other)
{
	size_t len = strcspn(line, "=");

	return strcspn(other, "=") == len && memcmp(line, other, len) == 0;
}

/* put_env - replaces a line of that name or appends it */
static enum err
put_env(struct ctx *ctx, const char **lines, size_t *n, const char *line)
{
	size_t i;

	for (i = 0; i < *n; i++)
		if (same_name(lines[i], line))
			break;
	if (i == ENV_MAX)
		return fail(ctx, ERR_INTERNAL, NULL, "too many variables");
	lines[i] = line;
	if (i == *n)
		(*n)++;
	return ERR_OK;
}

static enum err
put_environment(const struct build *b, const struct build_config *config,
    struct json *object)
{
	const struct json *base = json_get(json_get(b->base, "config"), "Env");
	const struct template_pair *pair;
	const char *lines[ENV_MAX], *line;
	size_t i, n = 0;
	enum err e;

	for (i = 0; i < (json_is_array(base) ? json_count(base) : 0); i++) {
		line = json_text(json_at(base, i), NULL);
		if (line == NULL || strchr(line, '=') == NULL)
			continue;
		if ((e = put_env(b->ctx, lines, &n, line)) != ERR_OK)
			return e;
	}
	for (i = 0; i < nitems(config->env); i++)
		for (pair = config->env[i]; pair != NULL &&
		    pair->name != NULL; pair++) {
			line = text_printf(b->ctx->mem, "%s=%s", pair->name,
			    pair->value);
			if (line == NULL)
				return fail(b->ctx, ERR_INTERNAL, NULL,
				    "no memory");
			if ((e = put_env(b->ctx, lines, &n, line)) != ERR_OK)
				return e;
		}
	if (n > 0)
		json_put(object, "Env", texts_json(b->ctx, lines, n));
	return ERR_OK;
}

static void
put_labels(const struct build *b, const struct build_config *config,
    struct json *object)
{
	const struct json *base, *value;
	const struct template_pair *pair;
	struct json *labels = json_object(b->ctx);
	const char *name;
	size_t i;

	base = json_get(json_get(b->base, "config"), "Labels");
	for (i = 0; i < (json_is_object(base) ? json_count(base) : 0); i++) {
		name = json_key_at(base, i, &value);
		if (name != NULL && json_text(value, NULL) != NULL)
			json_put_text(labels, name, json_text(value, NULL));
	}
	for (i = 0; i < nitems(config->labels); i++)
		for (pair = config->labels[i]; pair != NULL &&
		    pair->name != NULL; pair++)
			json_put_text(labels, pair->name, pair->value);
	json_put(object, "Labels", labels);
}

static enum err
put_config(const struct build *b, const struct build_config *config,
    struct json *root)
{
	struct json *object = json_object(b->ctx), *ports;
	char port[16];
	enum err e;

	if (config->user != NULL)
		json_put_text(object, "User", config->user);
	if (config->port > 0) {
		snprintf(port, sizeof(port), "%d/tcp", config->port);
		ports = json_object(b->ctx);
		json_put(ports, port, json_object(b->ctx));
		json_put(object, "ExposedPorts", ports);
	}
	if ((e = put_environment(b, config, object)) != ERR_OK)
		return e;
	if (config->nentrypoint > 0)
		json_put(object, "Entrypoint", texts_json(b->ctx,
		    config->entrypoint, config->nentrypoint));
	if (config->workdir != NULL)
		json_put_text(object, "WorkingDir", config->workdir);
	put_labels(b, config, object);
	json_put(root, "config", object);
	return ERR_OK;
}

static void
put_history(const struct build *b, struct json *root)
{
	struct json *history = json_array(b->ctx), *entry;
	size_t i;

	for (i = 0; i < b->nlayers; i++) {
		entry = json_object(b->ctx);
		json_put_text(entry, "created", BUILD_EPOCH);
		json_put_text(entry, "created_by", b->layers[i].made_by !=
		    NULL ? b->layers[i].made_by : "base");
		json_add(history, entry);
	}
	json_put(root, "history", history);
}

enum err
config_text(const struct build *b, const struct build_config *config,
    const char **text, size_t *len)
{
	struct json *root = json_object(b->ctx), *rootfs, *ids;
	enum err e;
	size_t i;

	json_put_text(root, "created", BUILD_EPOCH);
	json_put_text(root, "architecture", "amd64");
	json_put_text(root, "os", "linux");
	if ((e = put_config(b, config, root)) != ERR_OK)
		return e;
	rootfs = json_object(b->ctx);
	ids = json_array(b->ctx);
	for (i = 0; i < b->nlayers; i++)
		json_add_text(ids, b->layers[i].diff_id);
	json_put_text(rootfs, "type", "layers");
	json_put(rootfs, "diff_ids", ids);
	json_put(root, "rootfs", rootfs);
	put_history(b, root);
	return json_print(b->ctx, root, text, len);
}

static struct json *
descriptor_json(struct ctx *ctx, const char *type, const char *digest,
    int64_t size)
{
	struct json *object = json_object(ctx);

	json_put_text(object, "mediaType", type);
	json_put_text(object, "digest", digest);
	json_put_int(object, "size", size);
	return object;
}

enum err
manifest_text(const struct build *b, const char *config_digest,
    size_t config_len, struct registry_manifest *manifest)
{
	struct json *root = json_object(b->ctx), *layers, *notes;
	enum err e;
	size_t i;

	json_put_int(root, "schemaVersion", 2);
	json_put_text(root, "mediaType", OCI_MANIFEST);
	json_put(root, "config", descriptor_json(b->ctx, OCI_CONFIG,
	    config_digest, (int64_t)config_len));
	layers = json_array(b->ctx);
	for (i = 0; i < b->nlayers; i++)
		json_add(layers, descriptor_json(b->ctx,
		    b->layers[i].media_type, b->layers[i].digest,
		    b->layers[i].size));
	json_put(root, "layers", layers);
	if (b->base_digest != NULL) {
		notes = json_object(b->ctx);
		json_put_text(notes, "org.opencontainers.image.base.digest",
		    b->base_digest);
		json_put(root, "annotations", notes);
	}
	if ((e = json_print(b->ctx, root, &manifest->body, &manifest->len)) !=
	    ERR_OK)
		return e;
	oci_digest_of(manifest->body, manifest->len, manifest->digest);
	return ERR_OK;
}
