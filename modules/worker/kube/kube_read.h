/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What objects of a cluster say, for whoever wants to know how far it is.  The
 * answers are of another program: what is missing or odd counts as "not yet".
 */
#ifndef CAMELEER_KUBE_READ_H
#define CAMELEER_KUBE_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "libshared/base/ctx.h"

struct json;

#define KUBE_WORDS_MAX	300

enum kube_standing {
	KUBE_WAITING,		/* not yet; *why says for what */
	KUBE_READY,
	KUBE_FAILED		/* it does not get better by itself */
};

/* A condition, by its type; NULL members when it is absent. */
struct kube_condition { const char *status, *reason, *message; };
void kube_condition(const struct json *object, const char *type,
    struct kube_condition *condition);

/*
 * An object of Flux: ready when its condition Ready is of its last generation,
 * failed when it is Stalled.
 */
enum kube_standing kube_flux(struct ctx *ctx, const struct json *object,
    const char **why);
/*
 * A Kustomization: the same, and failed when it could not build what is in the
 * repository.  NULL: no commit yet.
 */
struct kube_revisions { const char *applied, *attempted; };
enum kube_standing kube_applied(struct ctx *ctx, const struct json *object,
    struct kube_revisions *at, const char **why);
/*
 * A Deployment, in the order of kubectl rollout status; without replicas it is
 * ready.
 */
enum kube_standing kube_rollout(struct ctx *ctx, const struct json *object,
    const char **why);

/* The newest warning among events of an object; NULL: none. */
const char *kube_warning(struct ctx *ctx, const struct json *events);

/* "250m", "1.5", "16393228Ki", "1e3" in thousandths; false when it is none. */
bool kube_quantity(const char *text, int64_t *milli) must_check;

/* What all nodes of a list have, added. */
struct kube_room { int64_t cpu_millis, memory_mb, nodes; };
void kube_nodes(const struct json *list, struct kube_room *room);

/* What an account must be able to do, and what it should not. */
struct kube_need { const char *group, *resource, *verb; };
/*
 * By the answer of SelfSubjectRulesReview: the first of the needs, which end
 * with .verb NULL, that is not met, else NULL.
 */
const struct kube_need *kube_missing(const struct json *review,
    const struct kube_need *needs);
/* A right that changes something or reads secrets; NULL: there is none. */
const char *kube_excess(struct ctx *ctx, const struct json *review);

#endif
