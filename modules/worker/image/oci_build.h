/* SPDX-License-Identifier: Apache-2.0 */
/* State of one image while it is built: layers, config, manifest, push. */
#ifndef CAMELEER_OCI_BUILD_H
#define CAMELEER_OCI_BUILD_H

#include "modules/worker/image/oci_image.h"

#define BUILD_LAYERS_MAX	64
#define BUILD_CONFIG_MAX	(1u << 20)
#define BUILD_EPOCH		"1970-01-01T00:00:00Z"

struct build_layer {
	const char	*media_type;
	const char	*made_by;	/* NULL: from the base */
	const char	*diff_id;
	char		 digest[OCI_DIGEST_MAX];
	int64_t		 size;
	const struct tar *tar;		/* NULL: mounted from the base */
	bool		 sent;
};

struct build {
	struct ctx		*ctx;
	struct registry		 to;		/* target of the image */
	struct registry		 from;		/* registry of its base */
	const char		*base_digest;	/* NULL: no base */
	const struct json	*base;		/* its config, or NULL */
	struct build_layer	 layers[BUILD_LAYERS_MAX];
	size_t			 nlayers;
	int64_t			 pushed;
};

struct build_config {
	const char			*user, *workdir;	/* or NULL */
	const char *const		*entrypoint;
	size_t				 nentrypoint;
	const struct template_pair	*env[2], *labels[2];	/* or NULL */
	int				 port;
};

/* base: repository@sha256:…, or NULL for an image without a base. */
enum err build_begin(struct build *b, struct ctx *ctx,
    const struct registry *registry, const char *repository,
    const char *base) must_check;
/* Adds files with their directories; content as in tar_digest(), or NULL. */
enum err build_add(struct build *b, const struct tar_file *files, size_t n,
    const char *made_by, char *content) must_check;
/*
 * The same, but hashes during the upload: for a layer that the registry most
 * likely lacks, since it is always sent.
 */
enum err build_send(struct build *b, const struct tar_file *files, size_t n,
    const char *made_by, char *content) must_check;
/* Adds a layer that is already compressed. */
enum err build_add_gzip(struct build *b, int fd, int64_t size,
    const char *diff_id, const char *made_by) must_check;
/* Pushes what is missing, then the tag. */
enum err build_end(struct build *b, const struct build_config *config,
    const char *tag, struct image *image) must_check;

/* Open until ctx is reset. ERR_INVALID unless it is a readable regular file. */
enum err build_open(struct ctx *ctx, const char *path, int *fd, int64_t *size)
    must_check;

#endif
