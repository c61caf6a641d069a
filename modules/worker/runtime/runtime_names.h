/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names on the engine: derived, never random, so that a second attempt finds
 * the objects of the first.
 */
#ifndef CAMELEER_RUNTIME_NAMES_H
#define CAMELEER_RUNTIME_NAMES_H

#include "libshared/base/bridge.h"
#include "modules/worker/engine/engine.h"

struct runtime_probe;

#define RUNTIME_RESTARTS_MAX	5

#define LABEL_TENANT		"cameleer.tenant"
#define LABEL_TENANT_ID		"cameleer.tenant-id"
#define LABEL_ROLE		"cameleer.role"
#define LABEL_APP		"cameleer.app"
#define LABEL_ENV		"cameleer.env"
#define LABEL_RELEASE		"cameleer.release"
#define LABEL_GENERATION	"cameleer.generation"
#define LABEL_IMAGE		"cameleer.image"
#define LABEL_HEALTH		"cameleer.health"
#define LABEL_SPEC		"cameleer.spec"
/* A probe has these instead, and does not count as one of the tenant. */
#define LABEL_PROBE		"cameleer.probe"	/* the tenant's slug */
#define LABEL_RUN		"cameleer.run"

/* "cml" and 11 digits of the SHA-256 of the tenant's id as text. */
void runtime_bridge(const struct uuid *tenant, char name[BRIDGE_NAME_MAX]);
/* cml-<slug>; ERR_INVALID when it is not a slug. */
enum err runtime_network(struct ctx *ctx, const char *slug, const char **name)
    must_check;
/* cameleer-server-<slug>, of the container and in the network. */
const char *runtime_server_host(struct ctx *ctx, const char *slug);
enum err runtime_ref_check(struct ctx *ctx, const struct runtime_ref *ref)
    must_check;

/* Labels that select containers, for engine_list; ends with .name NULL. */
enum err runtime_selector(struct ctx *ctx, const struct runtime_ref *ref,
    const struct runtime_pair **labels) must_check;

/*
 * The complete specification of a server or an application.  Its label "spec"
 * is a digest over image, environment, secrets and limits.  It includes the
 * bootstrap token, so that nobody can find the secrets by guessing.
 */
enum err runtime_server_spec(struct ctx *ctx, const char *registry,
    const struct runtime_tenant *tenant, struct engine_spec *spec) must_check;
enum err runtime_app_spec(struct ctx *ctx, const char *registry,
    const struct runtime_app *app, struct engine_spec *spec) must_check;
/* Few resources, no secrets, and no image yet. */
enum err runtime_probe_spec(struct ctx *ctx, const struct runtime_probe *probe,
    struct engine_spec *spec) must_check;

#endif
