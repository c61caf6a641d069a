/* SPDX-License-Identifier: Apache-2.0 */
/* Between the files of the runtime for a cluster. */
#ifndef CAMELEER_KUBERNETES_H
#define CAMELEER_KUBERNETES_H

#include "modules/worker/git/gitops.h"
#include "modules/worker/kube/kube.h"
#include "modules/worker/kube/kube_pod.h"
#include "modules/worker/runtime/manifest.h"
#include "modules/worker/runtime/runtime.h"

struct runtime_kubernetes {
	struct kube			 kube;
	struct http_identity		 identity;
	struct manifest_place		 cluster;
	struct runtime_store		 store;
	struct rsa_certificate		 seal;
	const char			*seal_wrong;	/* why; NULL: good */
	const struct runtime_notes	*notes;
};

/* --- kubernetes_desired.c: the tenant's directory in the repository -------*/

#define KUBERNETES_SERVER	"workload/server.yaml"

struct desired {
	const struct runtime_kubernetes *place;
	const char		*slug;
	const char		*path;		/* tenants/<place>/<slug> */
	struct gitops_repo	 repo;
	const char		*known;		/* last commit, or NULL */
	struct gitops_file	*files;		/* names are below path */
	size_t			 n, room;
	struct gitops_file	 beside;	/* name NULL: as it is */
	char			 found[SHA256_HEX_MAX];	/* digest, as read */
};

enum err desired_read(struct ctx *ctx, const struct runtime_kubernetes *place,
    const char *slug, struct desired *d) must_check;
/* NULL when it is not there. */
struct gitops_file *desired_find(const struct desired *d, const char *name);
/* Adds or replaces files; one outside the directory is the one beside. */
enum err desired_put(struct ctx *ctx, struct desired *d,
    const struct manifest_files *files) must_check;
enum err desired_keep(struct ctx *ctx, struct desired *d, const char *name,
    struct str content) must_check;
/* Drops the files whose names begin so; returns how many. */
size_t desired_drop(struct desired *d, const char *prefix);
/* Changes the objects of a file, if it is there. */
enum err desired_edit(struct ctx *ctx, const struct desired *d,
    const char *name, manifest_edit_fn edit, void *arg) must_check;
/* An edit: what runs shall not. */
void kubernetes_none(struct ctx *ctx, struct json *object, void *arg);
/*
 * Commits and pushes what differs; *commit is the one that Flux must have
 * applied, or a later one.
 */
enum err desired_commit(struct ctx *ctx, const struct desired *d,
    const char *what, const char **commit) must_check;

/*
 * The key by which a secret that was sealed before is known: it is of the
 * tenant, and of no use to open anything.
 */
enum err kubernetes_seal(struct ctx *ctx, const struct desired *d,
    const struct runtime_secret *secrets, struct manifest_seal *seal)
    must_check;

/* --- kubernetes_flux.c: how far Flux is with it ---------------------------*/

/* ERR_UNAVAILABLE until the tenant's objects are those of this commit. */
enum err kubernetes_applied(struct ctx *ctx, const struct desired *d,
    const char *commit) must_check;
/* ERR_UNAVAILABLE until the release of the server is installed and healthy. */
enum err kubernetes_released(struct ctx *ctx,
    const struct runtime_kubernetes *place, const char *slug) must_check;
/* ERR_UNAVAILABLE until the new pod of an application is ready alone. */
enum err kubernetes_rolled(struct ctx *ctx,
    const struct runtime_kubernetes *place, const struct runtime_ref *ref,
    const char *generation) must_check;
/* ERR_UNAVAILABLE while the object is there. */
enum err kubernetes_gone(struct ctx *ctx,
    const struct runtime_kubernetes *place, const char *path,
    const char *what) must_check;

/* --- kubernetes_status.c: pods and their logs -----------------------------*/

/* Pods of the application or server; name "" is all of the tenant. */
enum err kubernetes_pods(struct ctx *ctx,
    const struct runtime_kubernetes *place, const struct runtime_ref *ref,
    struct kube_pods *pods) must_check;
/* ERR_UNAVAILABLE while it has pods. */
enum err kubernetes_idle(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_ref *ref) must_check;
/* Why the pod is not well, by its last event too; NULL: nothing is known. */
const char *kubernetes_why(struct ctx *ctx,
    const struct runtime_kubernetes *place, const char *slug,
    const struct kube_pod *pod);
enum err kubernetes_status(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_ref *ref, struct runtime_status *status) must_check;
enum err kubernetes_logs(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_ref *ref, const char *cursor,
    struct runtime_log *log) must_check;
/* Path of the Deployment of an application, or of the server. */
const char *kubernetes_deployment(struct ctx *ctx,
    const struct runtime_ref *ref);

/* Is the cluster as docs/kubernetes.md says? */
enum err kubernetes_look(struct ctx *ctx, const struct runtime *rt,
    struct runtime_facts *facts) must_check;

#endif
