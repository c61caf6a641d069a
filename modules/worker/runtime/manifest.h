/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a tenant is on Kubernetes, as files for a Git repository that Flux
 * applies.  Nothing here reads or writes anything: the same input gives the
 * same bytes, so a tenant that did not change makes no commit.
 *
 *   clusters/<place>/tenants/<slug>.yaml      two Flux Kustomizations
 *   tenants/<place>/<slug>/namespace/...      what only the platform may
 *       change: Namespace, quota, limits, RBAC, NetworkPolicies
 *   tenants/<place>/<slug>/workload/...       what an account of the tenant's
 *       namespace applies: the server's release, applications, sealed secrets
 *
 * A file holds JSON, which is YAML too, one document for each object.
 */
#ifndef CAMELEER_MANIFEST_H
#define CAMELEER_MANIFEST_H

#include "libshared/doors/crypto_rsa.h"
#include "libshared/proto/manifest_place.h"
#include "modules/worker/runtime_types.h"

#define MANIFEST_DATABASE	"cameleer-pgbouncer"	/* Service, */
#define MANIFEST_DATABASE_PORT	6432			/* its port */
#define MANIFEST_SERVER		"cameleer-server"	/* Service */
#define MANIFEST_TENANT_ID	"cameleer.io/tenant-id"	/* label */
#define MANIFEST_RELEASE	"cameleer.io/release"	/* of an app's pods */
#define MANIFEST_GENERATION	"cameleer.io/generation"

struct json;

struct manifest_app {
	struct runtime_app	 app;	/* without a callback in health */
	bool			 stopped;
};

struct manifest_tenant {
	struct runtime_tenant	 server;	/* its image is the place's */
	bool			 suspended;	/* nothing runs */
	const struct manifest_app *apps;
	size_t			 napps;
};

struct manifest_file { const char *path, *text; };
struct manifest_files { struct manifest_file *rows; size_t n; };

/*
 * Secrets are sealed for the holder of a certificate, bound to namespace and
 * name.  What was sealed before stays as it is when neither its content nor the
 * certificate changed: `key` is secret and tells, without being able to open
 * anything.
 */
struct manifest_seal {
	const struct rsa_certificate	*certificate;
	uint8_t				 key[SHA256_SIZE];
	const struct manifest_files	*before;	/* or NULL */
};

/*
 * All files of the tenant, sorted by path.  ERR_INVALID for a name or a value
 * that Kubernetes does not take, ERR_TOO_LARGE when ctx->mem is full.
 */
enum err manifest_build(struct ctx *ctx, const struct manifest_place *place,
    const struct manifest_tenant *tenant, const struct manifest_seal *seal,
    struct manifest_files *files) must_check;
/* Those of one application: policy, secrets, and what is in MANIFEST_APP. */
enum err manifest_build_app(struct ctx *ctx,
    const struct manifest_place *place, const struct manifest_app *app,
    const struct manifest_seal *seal, struct manifest_files *files)
    must_check;
/* What Flux does for a tenant whose workload is to be removed first. */
enum err manifest_build_flux(struct ctx *ctx,
    const struct manifest_place *place, const char *slug,
    struct manifest_file *file) must_check;

/*
 * Changes an object of a file that was built here, such as its replicas; arg is
 * the caller's.  Objects are visited in their order.
 */
typedef void (*manifest_edit_fn)(struct ctx *ctx, struct json *object,
    void *arg);
/* ERR_INVALID git_content: somebody changed the file, and it is no JSON. */
enum err manifest_edit(struct ctx *ctx, struct str text,
    manifest_edit_fn edit, void *arg, struct str *edited) must_check;

/* Names, from a DNS label each: t-<slug>, app-<environment>-<name>. */
const char *manifest_space(struct ctx *ctx, const char *slug);
const char *manifest_app_name(struct ctx *ctx, const struct runtime_ref *ref);

#endif
