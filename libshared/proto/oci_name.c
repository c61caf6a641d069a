/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Grammar of names in a registry: a valid name needs no escaping in a URL.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/proto/oci_name.h"

static const char lower[] = "abcdefghijklmnopqrstuvwxyz0123456789";

bool
oci_digest_valid(const char *digest)
{
	return digest != NULL && strncmp(digest, "sha256:", 7) == 0 &&
	    strspn(digest + 7, "0123456789abcdef") == 64 &&
	    digest[7 + 64] == '\0';
}

/*
 * oci_repository_valid - [a-z0-9]+((\.|_|__|-+)[a-z0-9]+)* between slashes
 */
bool
oci_repository_valid(const char *p)
{
	size_t n;

	if (p == NULL || strlen(p) > OCI_REPOSITORY_MAX)
		return false;
	for (;;) {
		n = strspn(p, lower);
		if (n == 0)
			return false;
		p += n;
		if (*p == '\0')
			return true;
		if (*p == '/' || *p == '.')
			p++;
		else if (*p == '_')
			p += p[1] == '_' ? 2 : 1;
		else if (*p == '-')
			p += strspn(p, "-");
		else
			return false;
	}
}

bool
oci_tag_valid(const char *tag)
{
	size_t len;

	if (tag == NULL || tag[0] == '.' || tag[0] == '-')
		return false;
	len = strspn(tag, "abcdefghijklmnopqrstuvwxyz0123456789_.-"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	return len > 0 && len <= OCI_TAG_MAX && tag[len] == '\0';
}

void
oci_digest_of(const void *data, size_t len, char digest[OCI_DIGEST_MAX])
{
	memcpy(digest, "sha256:", 7);
	sha256_hex(data, len, digest + 7);
}

enum err
oci_reference(struct ctx *ctx, const char *reference, const char **repository,
    const char **digest)
{
	struct str rest = str_of(reference), name = str_cut(&rest, '@');
	char *repo = arena_text(ctx->mem, name.p != NULL ? name.p : "",
	    name.len);
	char *hash = arena_text(ctx->mem, rest.p != NULL ? rest.p : "",
	    rest.len);

	if (repo == NULL || hash == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory");
	if (!oci_repository_valid(repo) || !oci_digest_valid(hash))
		return fail(ctx, ERR_INVALID, "image_invalid",
		    "an image is named repository@sha256:… here");
	*repository = repo;
	*digest = hash;
	return ERR_OK;
}
