/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SealedSecrets, which only the controller of one cluster can open.
 *
 * Encryption never gives the same bytes twice, and a directory must.  So an
 * object carries a keyed digest over its content, its ciphertext and the
 * certificate; while it holds, the object of before is taken as it is.  The key
 * keeps those who read the repository from guessing contents, and from
 * replacing a ciphertext that would then be kept.
 */
#include "config.h"

#include <string.h>
#include <time.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "modules/worker/runtime/manifest_part.h"

#define SEALED_MAX		((size_t)256 << 10)	/* all of one secret */
#define DIGEST_TEXT		"cameleer.io/sealed"

static const struct manifest_kind sealed_kind = { "bitnami.com/v1alpha1",
    "SealedSecret" };

static void
text_add(struct buf *buf, const void *data, size_t len)
{
	uint64_t n = len;

	buf_put(buf, &n, sizeof(n));	/* a|bc differs from ab|c */
	buf_put(buf, data, len);
}

/* digest_make - the keyed digest of what is in the buffer, as hex */
static const char *
digest_make(struct manifest *m, const struct buf *buf)
{
	uint8_t mac[SHA256_SIZE];
	char hex[SHA256_HEX_MAX];

	hmac_sha256(m->seal->key, sizeof(m->seal->key), buf->p, buf->len, mac);
	hex_of(mac, sizeof(mac), hex);
	return arena_text(m->ctx->mem, hex, strlen(hex));
}

/* content_digest - of names and values, bound to namespace and name */
static enum err
content_digest(struct manifest *m, const char *name,
    const struct runtime_secret *secrets, const char **digest)
{
	struct buf buf;

	buf_init(&buf, m->ctx->secrets, SEALED_MAX);
	text_add(&buf, m->space, strlen(m->space));
	text_add(&buf, name, strlen(name));
	for (; secrets->name != NULL; secrets++) {
		text_add(&buf, secrets->name, strlen(secrets->name));
		text_add(&buf, secrets->data, secrets->len);
	}
	if (buf.full || (*digest = digest_make(m, &buf)) == NULL)
		return fail(m->ctx, ERR_TOO_LARGE, "manifest_too_large",
		    "the secrets of %s are too large", name);
	return ERR_OK;
}

/* seal_digest - of content, certificate and ciphertext; NULL: too large */
static const char *
seal_digest(struct manifest *m, const char *content,
    const struct json *encrypted)
{
	const char *print = m->seal->certificate->fingerprint;
	struct buf buf;

	buf_init(&buf, m->ctx->mem, 4 * SEALED_MAX);
	text_add(&buf, content, strlen(content));
	text_add(&buf, print, strlen(print));
	manifest_print(m->ctx, &buf, encrypted);
	return buf.full ? NULL : digest_make(m, &buf);
}

/* sealed_before - the object of the last time, if there is one */
static const struct json *
sealed_before(struct manifest *m, const char *path)
{
	const struct manifest_files *before = m->seal->before;
	struct json *object;
	size_t i;

	for (i = 0; before != NULL && i < before->n; i++) {
		if (strcmp(before->rows[i].path, path) != 0)
			continue;
		if (json_parse(m->ctx, before->rows[i].text,
		    strlen(before->rows[i].text), &object) == ERR_OK)
			return object;
		fail_clear(m->ctx);
	}
	return NULL;
}

/* encrypted_kept - its ciphertexts, when their digest still holds */
static const struct json *
encrypted_kept(struct manifest *m, const char *path, const char *content)
{
	const struct json *object = sealed_before(m, path), *encrypted;
	const char *found, *made;

	encrypted = json_get(json_get(object, "spec"), "encryptedData");
	found = json_member(json_get(json_get(object, "metadata"),
	    "annotations"), DIGEST_TEXT);
	if (found == NULL || !json_is_object(encrypted))
		return NULL;
	made = seal_digest(m, content, encrypted);
	return made != NULL && strcmp(found, made) == 0 ? encrypted : NULL;
}

static enum err
value_seal(struct manifest *m, const char *label,
    const struct runtime_secret *secret, const char **text)
{
	const struct rsa_public *key = &m->seal->certificate->key;
	size_t len = secret->len + RSA_SEAL_EXTRA(key);
	uint8_t *box = arena_get(m->ctx->mem, len);

	if (box == NULL)
		return fail(m->ctx, ERR_TOO_LARGE, "manifest_too_large",
		    "secret %s is too large", secret->name);
	if (!rsa_seal(key, label, (struct str){ secret->data, secret->len },
	    box))
		return fail(m->ctx, ERR_INTERNAL, NULL,
		    "OpenSSL did not seal %s", secret->name);
	return base64_encode(m->ctx, box, len, text);
}

/* encrypted_put - fills the member: what was kept, or what is sealed anew */
static enum err
encrypted_put(struct manifest *m, const char *name,
    const struct runtime_secret *secrets, const struct json *kept,
    struct json *encrypted)
{
	const char *label = text_printf(m->ctx->mem, "%s/%s", m->space, name);
	const char *text;
	enum err e;

	for (; secrets->name != NULL; secrets++) {
		text = json_member(kept, secrets->name);
		if (text == NULL && (e = value_seal(m, label, secrets,
		    &text)) != ERR_OK)
			return e;
		json_put_text(encrypted, secrets->name, text);
	}
	return ERR_OK;
}

static struct json *
sealed_object(struct manifest *m, const char *name, struct json **encrypted)
{
	struct json *spec, *object = manifest_spec(m, &sealed_kind, name,
	    &spec), *template, *metadata;

	*encrypted = manifest_member(m->ctx, spec, "encryptedData");
	template = manifest_member(m->ctx, spec, "template");
	json_put_text(template, "type", "Opaque");
	metadata = manifest_member(m->ctx, template, "metadata");
	json_put_text(metadata, "name", name);
	json_put_text(metadata, "namespace", m->space);
	manifest_pair(m->ctx, metadata, "labels",
	    &(const struct runtime_pair){ "cameleer.io/tenant", m->slug });
	return object;
}

enum err
manifest_sealed(struct manifest *m, const char *name,
    const struct runtime_secret *secrets, const char **digest)
{
	struct json *list = json_array(m->ctx), *object, *encrypted;
	const char *path, *full, *seal;
	enum err e;

	path = text_printf(m->ctx->mem, "workload/secret-%s.yaml", name);
	full = text_printf(m->ctx->mem, "tenants/%s/%s/%s", m->place->name,
	    m->slug, path);
	if (path == NULL || full == NULL)
		return fail(m->ctx, ERR_TOO_LARGE, "manifest_too_large",
		    "the manifests of %s are too large", m->slug);
	object = sealed_object(m, name, &encrypted);
	if ((e = content_digest(m, name, secrets, digest)) != ERR_OK ||
	    (e = encrypted_put(m, name, secrets, encrypted_kept(m, full,
	    *digest), encrypted)) != ERR_OK)
		return e;
	if ((seal = seal_digest(m, *digest, encrypted)) == NULL)
		return fail(m->ctx, ERR_TOO_LARGE, "manifest_too_large",
		    "the secrets of %s are too large", name);
	json_put_text((struct json *)(uintptr_t)json_get(manifest_metadata(
	    object), "annotations"), DIGEST_TEXT, seal);
	json_add(list, object);
	return manifest_file_add(m, path, list);
}
