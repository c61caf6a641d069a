/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Client of an OCI registry (distribution-spec 1.1).
 *
 * Content that is read by digest must have this digest.  Failures are ERR_PEER
 * with the registry's text, shortened, except ERR_NOT_FOUND and ERR_TIMEOUT.
 */
#ifndef CAMELEER_REGISTRY_H
#define CAMELEER_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/ctx.h"
#include "libshared/base/str.h"
#include "libshared/proto/oci_name.h"

#define OCI_MANIFEST	"application/vnd.oci.image.manifest.v1+json"
#define OCI_INDEX	"application/vnd.oci.image.index.v1+json"
#define OCI_CONFIG	"application/vnd.oci.image.config.v1+json"
#define OCI_LAYER	"application/vnd.oci.image.layer.v1.tar"
#define OCI_LAYER_GZIP	"application/vnd.oci.image.layer.v1.tar+gzip"
#define DOCKER_MANIFEST	"application/vnd.docker.distribution.manifest.v2+json"
#define DOCKER_INDEX	\
	"application/vnd.docker.distribution.manifest.list.v2+json"

#define OCI_MANIFEST_SIZE_MAX	(4u << 20)

/*
 * From the settings: URL and socket for pushes, the name in references, and
 * where nginx looks up who may pull.
 */
struct registry_conf {
	const char	*registry_url, *registry_socket, *registry_pull;
	const char	*registry_readers;
};
const struct registry_conf *registry_conf(void);

struct registry {
	const char	*url;		/* http://127.0.0.1:5000, no final / */
	const char	*socket;	/* NULL: the host of the URL */
	const char	*ca_file;	/* NULL: those of the system */
	const char	*repository;	/* the repository of a call */
};

/* An upload: bytes by callback, or a NUL-terminated text. */
struct registry_blob {
	const char	*digest;
	int64_t		 size;
	const char	*data;		/* or NULL: then source is used */
	bool		(*source)(void *arg, int64_t offset, void *buf,
			    size_t max, size_t *n);
	void		*source_arg;
};

struct registry_upload { const char *location; };

/* The registry that the settings name, without a repository. */
struct registry registry_configured(void);

struct registry_manifest {
	const char	*media_type;
	const char	*body;
	size_t		 len;
	char		 digest[OCI_DIGEST_MAX];
};

enum err registry_ping(struct ctx *ctx, const struct registry *registry)
    must_check;
enum err registry_blob_exists(struct ctx *ctx, const struct registry *registry,
    const char *digest, bool *exists) must_check;
/* mounted false: the registry does not have it there; upload it. */
enum err registry_blob_mount(struct ctx *ctx, const struct registry *registry,
    const char *digest, const char *from, bool *mounted) must_check;
enum err registry_blob_put(struct ctx *ctx, const struct registry *registry,
    const struct registry_blob *blob) must_check;
/*
 * Begins the upload of a blob before its digest is known: the caller's source
 * hashes it, and registry_blob_end() takes the digest.
 */
enum err registry_blob_begin(struct ctx *ctx, const struct registry *registry,
    const struct registry_blob *blob, struct registry_upload *begun)
    must_check;
enum err registry_blob_end(struct ctx *ctx, const struct registry *registry,
    const struct registry_upload *begun, const char *digest) must_check;
/* Reads a small blob into ctx->mem. */
enum err registry_blob_get(struct ctx *ctx, const struct registry *registry,
    const char *digest, size_t max, struct str *body) must_check;

/* reference: a tag or a digest. */
enum err registry_manifest_get(struct ctx *ctx,
    const struct registry *registry, const char *reference,
    struct registry_manifest *manifest) must_check;
enum err registry_manifest_put(struct ctx *ctx,
    const struct registry *registry, const char *reference,
    const struct registry_manifest *manifest) must_check;
/* From this repository only; ERR_OK when it is not there. */
enum err registry_blob_delete(struct ctx *ctx, const struct registry *registry,
    const char *digest) must_check;
/*
 * All tags of that digest are deleted with it; ERR_OK when it does not exist.
 */
enum err registry_manifest_delete(struct ctx *ctx,
    const struct registry *registry, const char *digest) must_check;
/* In the registry's order; an unknown repository has no tags. */
enum err registry_tags(struct ctx *ctx, const struct registry *registry,
    const char *const **tags, size_t *n) must_check;

#endif
