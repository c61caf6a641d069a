/* SPDX-License-Identifier: Apache-2.0 */
/* Between the files that build manifests. */
#ifndef CAMELEER_MANIFEST_PART_H
#define CAMELEER_MANIFEST_PART_H

#include "libshared/doors/json.h"
#include "modules/worker/runtime/manifest.h"

#define MANIFEST_USER		65532	/* of every container */
#define MANIFEST_TMP_MB		256
#define MANIFEST_DISK_MB	512	/* /tmp, and what it logs */

#define ROLE_LABEL		"cameleer.io/role"
#define ROLE_SERVER		"server"
#define ROLE_POOLER		"pooler"
#define ROLE_APP		"app"

struct manifest {
	struct ctx			*ctx;
	const struct manifest_place	*place;
	const struct manifest_tenant	*tenant;
	const struct manifest_seal	*seal;
	const char			*slug;
	const char			*space;		/* t-<slug> */
	const char			*account;	/* tenant-<slug> */
	struct manifest_files		*files;
};

/* --- manifest_print.c: trees as text --------------------------------------*/

/*
 * Appends a document: keys sorted, two spaces a level, characters that YAML
 * does not take as \u….
 */
void manifest_print(struct ctx *ctx, struct buf *buf, const struct json *value);
/*
 * The list of objects as one file; a path below the tenant's directory, or from
 * the root with a leading slash.
 */
enum err manifest_file_add(struct manifest *m, const char *path,
    struct json *objects) must_check;

/* --- manifest_object.c: what objects have in common -----------------------*/

struct manifest_kind { const char *version, *kind; };

/*
 * An object with name, labels and annotations; space NULL: it has no namespace.
 * *spec is a new object in its "spec".
 */
struct json *manifest_object(struct manifest *m,
    const struct manifest_kind *kind, const char *space, const char *name);
struct json *manifest_spec(struct manifest *m,
    const struct manifest_kind *kind, const char *name, struct json **spec);
/* A new object, or list, as a member. */
struct json *manifest_member(struct ctx *ctx, struct json *object,
    const char *key);
struct json *manifest_list(struct ctx *ctx, struct json *object,
    const char *key);
struct json *manifest_row(struct ctx *ctx, struct json *list);
/* {key: value}, as a member of this name. */
void manifest_pair(struct ctx *ctx, struct json *object, const char *name,
    const struct runtime_pair *pair);
struct json *manifest_metadata(struct json *object);
/* "384Mi", "250m" */
void manifest_amount(struct ctx *ctx, struct json *object, const char *key,
    int64_t amount, const char *unit);
/* requests and limits of a container, as a member "resources" */
void manifest_resources(struct ctx *ctx, struct json *object,
    const struct runtime_limits *limits);
/* What the restricted profile asks of a pod, and of a container. */
void manifest_secure_pod(struct ctx *ctx, struct json *pod);
void manifest_secure_container(struct ctx *ctx, struct json *container);
const char *manifest_image(struct manifest *m, const char *image);

/* --- parts: each appends its files ----------------------------------------*/

enum err manifest_namespace(struct manifest *m) must_check;
enum err manifest_network(struct manifest *m) must_check;
/* Without the workload: what it made is removed, its namespace is not. */
enum err manifest_flux(struct manifest *m, bool workload) must_check;
enum err manifest_release(struct manifest *m) must_check;
enum err manifest_app(struct manifest *m, const struct manifest_app *app)
    must_check;

/*
 * --- manifest_seal.c: a file with a SealedSecret ---------------------------
 * *digest changes with the content: an annotation of the pods that mount it.
 */
enum err manifest_sealed(struct manifest *m, const char *name,
    const struct runtime_secret *secrets, const char **digest) must_check;

#endif
