/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Images made without a daemon: base layers by digest, one layer for the agent,
 * one for the JAR, a config, a manifest.
 *
 * The same inputs give the same digest; number and repository do not count.
 * Only blobs that the registry lacks are uploaded, and the manifest last: a
 * call that is repeated after a crash finds the blobs of the first call.
 */
#ifndef CAMELEER_OCI_IMAGE_H
#define CAMELEER_OCI_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "libshared/base/ctx.h"
#include "modules/worker/image/oci_template.h"
#include "modules/worker/registry/registry.h"
#include "modules/worker/tar.h"

#define IMAGE_JARS_MAX	32

struct image_spec {
	const char			*base;	/* repository@sha256:… */
	const char			*agent_jar;	/* path */
	int				 jar_fd;	/* open for reading */
	int64_t				 jar_size;
	/* Digest of the upload, which must match; "" or NULL: not known. */
	const char			*jar_sha256;
	const char			*repository;	/* tenant/app */
	int64_t				 number;	/* of the release */
	/* Further labels, ends with .name NULL; or NULL. */
	const struct template_pair	*labels;
};

struct image {
	const char	*reference;	/* repository@sha256:… */
	const char	*repository;
	char		 digest[OCI_DIGEST_MAX];
	char		 tag[OCI_TAG_MAX + 1];	/* v7-0123456789ab */
	char		 jar_sha256[65];
	int64_t		 size;		/* sum of all its layers */
	int64_t		 pushed;	/* bytes of layers uploaded this time */
};

/* ERR_INVALID: the JAR differs from the one that was uploaded. */
enum err image_assemble(struct ctx *ctx, const struct registry *registry,
    const struct image_template *template, const struct image_spec *spec,
    struct image *image) must_check;

/* Images of the platform itself, for cameleerctl images. */
struct image_base_spec {
	const char			*repository;	/* platform/jre-base */
	const char			*tag;
	const char			*layer;		/* path of a .tar.gz */
	const struct template_pair	*env;	/* ends with .name NULL */
};

/* Imports one layer as an image without entrypoint. */
enum err image_import_base(struct ctx *ctx, const struct registry *registry,
    const struct image_base_spec *spec, struct image *image) must_check;

struct image_jar { const char *path, *target; };	/* "/app/server.jar" */

struct image_java_spec {
	const char			*base;	/* repository@sha256:… */
	const char			*repository, *tag;
	const struct image_jar		*jars;	/* ends with .path NULL */
	const char *const		*entrypoint;	/* ends with NULL */
	const struct template_pair	*env, *labels;	/* or NULL */
	const char			*user, *workdir;
	int				 port;		/* 0: none exposed */
};

/* A Java program on a base: platform/cameleer-server. */
enum err image_import_java(struct ctx *ctx, const struct registry *registry,
    const struct image_java_spec *spec, struct image *image) must_check;

/* A static program, and nothing else: platform/probe. */
struct image_program_spec { const char *path, *repository, *tag; };
enum err image_import_program(struct ctx *ctx, const struct registry *registry,
    const struct image_program_spec *spec, struct image *image) must_check;

#endif
