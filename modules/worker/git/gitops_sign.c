/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures in OpenSSH's form, and the private keys that make them. */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/doors/crypto.h"
#include "modules/worker/git/gitops_sign.h"

#define KEY_BEGIN	"-----BEGIN OPENSSH PRIVATE KEY-----"
#define KEY_END		"-----END OPENSSH PRIVATE KEY-----"
#define KEY_MAGIC	"openssh-key-v1"	/* and its NUL */
#define KEY_TEXT_MAX	((size_t)16 << 10)
#define KEY_KIND	"ssh-ed25519"
#define SIGN_BEGIN	"-----BEGIN SSH SIGNATURE-----\n"
#define SIGN_END	"-----END SSH SIGNATURE-----\n"
#define SIGN_MAGIC	"SSHSIG"
#define SIGN_SPACE	"git"
#define SIGN_HASH	"sha256"
#define SIGN_LINE	70		/* characters of an armored line */
#define SIGN_MAX	1024

static enum err
key_refuse(struct ctx *ctx, const char *why)
{
	return fail(ctx, ERR_INVALID, "git_key_invalid", "the key that signs "
	    "commits %s; put one that ssh-keygen -t ed25519 -N '' made into "
	    "the credential git.signing", why);
}

/* read_number - takes 32 bits, most significant byte first */
static bool
read_number(struct str *rest, uint32_t *number)
{
	const uint8_t *p = (const uint8_t *)rest->p;

	if (rest->len < 4)
		return false;
	*number = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
	rest->p += 4;
	rest->len -= 4;
	return true;
}

/* read_string - takes a length and so many bytes */
static bool
read_string(struct str *rest, struct str *value)
{
	uint32_t len;

	if (!read_number(rest, &len) || len > rest->len)
		return false;
	*value = (struct str){ rest->p, len };
	rest->p += len;
	rest->len -= len;
	return true;
}

static bool
read_is(struct str *rest, const char *text)
{
	struct str value;

	return read_string(rest, &value) && value.len == strlen(text) &&
	    memcmp(value.p, text, value.len) == 0;
}

/* key_body - the bytes between the two lines, decoded into ctx->secrets */
static bool
key_body(struct ctx *ctx, struct str text, struct str *body)
{
	struct str rest = text, line;
	size_t n = 0, len = 0;
	char *flat = arena_get(ctx->secrets, text.len + 1);
	uint8_t *raw = arena_get(ctx->secrets, text.len + 1);
	bool ended = false;
	size_t i;

	if (flat == NULL || raw == NULL ||
	    !str_is(str_trim(str_cut(&rest, '\n')), KEY_BEGIN))
		return false;
	while (rest.len > 0 && !ended) {
		line = str_cut(&rest, '\n');
		ended = str_is(line, KEY_END);
		for (i = 0; i < line.len && !ended; i++)
			flat[n++] = line.p[i] == '+' ? '-' :
			    line.p[i] == '/' ? '_' : line.p[i];
	}
	while (n > 0 && flat[n - 1] == '=')
		n--;
	if (!ended || !base64url_decode(flat, n, raw, text.len + 1, &len))
		return false;
	*body = (struct str){ (const char *)raw, len };
	return true;
}

/* key_secret - reads the private part; its copies of numbers must agree */
static bool
key_secret(struct str rest, struct gitops_key *key)
{
	uint32_t one, other;
	struct str pub, both;

	if (!read_number(&rest, &one) || !read_number(&rest, &other) ||
	    one != other || !read_is(&rest, KEY_KIND) ||
	    !read_string(&rest, &pub) || !read_string(&rest, &both) ||
	    pub.len != ED25519_PUBLIC ||
	    both.len != SEED_SIZE + ED25519_PUBLIC)
		return false;
	memcpy(key->seed, both.p, SEED_SIZE);
	ed25519_public(key->seed, key->pub);
	return memcmp(key->pub, pub.p, ED25519_PUBLIC) == 0;
}

enum err
gitops_key_read(struct ctx *ctx, struct str text, struct gitops_key *key)
{
	struct str body, cipher, skipped, secret;
	struct gitops_key read;
	uint32_t n;

	if (text.len > KEY_TEXT_MAX || !key_body(ctx, text, &body) ||
	    body.len < sizeof(KEY_MAGIC) ||
	    memcmp(body.p, KEY_MAGIC, sizeof(KEY_MAGIC)) != 0)
		return key_refuse(ctx, "is not a private key of OpenSSH");
	body.p += sizeof(KEY_MAGIC);
	body.len -= sizeof(KEY_MAGIC);
	if (!read_string(&body, &cipher) || !read_string(&body, &skipped) ||
	    !read_string(&body, &skipped) || !read_number(&body, &n) ||
	    !read_string(&body, &skipped) || !read_string(&body, &secret))
		return key_refuse(ctx, "is damaged");
	if (!str_is(cipher, "none"))
		return key_refuse(ctx, "has a passphrase");
	if (n != 1 || !key_secret(secret, &read))
		return key_refuse(ctx, "is not an Ed25519 key");
	*key = read;
	secret_wipe(&read, sizeof(read));
	return ERR_OK;
}

static void
put_string(struct buf *buf, const void *data, size_t len)
{
	const uint8_t size[4] = { (uint8_t)(len >> 24), (uint8_t)(len >> 16),
	    (uint8_t)(len >> 8), (uint8_t)len };

	buf_put(buf, size, sizeof(size));
	buf_put(buf, data, len);
}

static void
put_text(struct buf *buf, const char *text)
{
	put_string(buf, text, strlen(text));
}

/* sign_armor - base64 in lines between two others */
static enum err
sign_armor(struct ctx *ctx, const struct buf *blob, const char **armored)
{
	const char *text;
	struct buf out;
	size_t n;
	enum err e;

	if ((e = base64_encode(ctx, blob->p, blob->len, &text)) != ERR_OK)
		return e;
	buf_init(&out, ctx->mem, SIGN_MAX);
	buf_text(&out, SIGN_BEGIN);
	for (; *text != '\0'; text += n) {
		n = strnlen(text, SIGN_LINE);
		buf_put(&out, text, n);
		buf_text(&out, "\n");
	}
	buf_text(&out, SIGN_END);
	*armored = out.p;
	return blob->full || out.full ? fail(ctx, ERR_INTERNAL, NULL,
	    "no memory for a signature") : ERR_OK;
}

enum err
gitops_sign(struct ctx *ctx, const struct gitops_key *key, struct str data,
    const char **armored)
{
	uint8_t hash[SHA256_SIZE], signature[SIGNATURE_SIZE];
	struct buf part, blob;

	sha256_of(data.p, data.len, hash);
	buf_init(&part, ctx->mem, SIGN_MAX);
	buf_text(&part, SIGN_MAGIC);
	put_text(&part, SIGN_SPACE);
	put_text(&part, "");
	put_text(&part, SIGN_HASH);
	put_string(&part, hash, sizeof(hash));
	ed25519_sign(key->seed, part.p, part.len, signature);

	buf_init(&blob, ctx->mem, SIGN_MAX);
	buf_text(&blob, SIGN_MAGIC);
	buf_put(&blob, "\0\0\0\1", 4);
	buf_init(&part, ctx->mem, SIGN_MAX);
	put_text(&part, KEY_KIND);
	put_string(&part, key->pub, sizeof(key->pub));
	put_string(&blob, part.p, part.len);
	put_text(&blob, SIGN_SPACE);
	put_text(&blob, "");
	put_text(&blob, SIGN_HASH);
	buf_init(&part, ctx->mem, SIGN_MAX);
	put_text(&part, KEY_KIND);
	put_string(&part, signature, sizeof(signature));
	put_string(&blob, part.p, part.len);
	return sign_armor(ctx, &blob, armored);
}
