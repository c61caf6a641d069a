/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where tenants run: one interface, one implementation for each kind of place.
 * Each tenant names its place, whose kind names one of runtimes.c.
 *
 * Every call looks at what exists, compares, and acts on the difference, so it
 * may be repeated after a crash at any point.  ERR_UNAVAILABLE means: begun,
 * not finished, call again; the caller decides how long to wait.
 */
#ifndef CAMELEER_RUNTIME_H
#define CAMELEER_RUNTIME_H

#include "modules/worker/runtime/runtime_place.h"
#include "modules/worker/runtime_types.h"

struct http_identity;
struct runtime_diffs;		/* runtime_drift.h */
struct runtime_probe;		/* runtime_probe.h */
struct runtime_wish;

struct runtime {
	const char		*name;		/* "engine" */
	const void		*place;		/* its own data */
	/* Where the schemas are, without a login; NULL: as settings say. */
	const struct runtime_store *store;
	/* The host under which applications find their tenant's server. */
	const char *(*server_host)(struct ctx *ctx, const char *slug);

	/* ERR_OK when the place answers; else a sentence for operators. */
	enum err (*look)(struct ctx *ctx, const struct runtime *rt,
	    struct runtime_facts *facts);

	/*
	 * Ensures network and server of a tenant.  ERR_OK: the server's process
	 * runs, and *status says where; the caller checks whether it is ready.
	 * ERR_CONFLICT: objects of another tenant have these names.
	 */
	enum err (*ensure_tenant)(struct ctx *ctx, const struct runtime *rt,
	    const struct runtime_tenant *tenant,
	    struct runtime_status *status);
	/*
	 * Stops all that the tenant runs; ERR_UNAVAILABLE while something still
	 * runs; ensure_tenant and deploy start it again.
	 */
	enum err (*suspend)(struct ctx *ctx, const struct runtime *rt,
	    const char *slug);
	/* Removes all objects of the tenant; ERR_OK when none is left. */
	enum err (*remove)(struct ctx *ctx, const struct runtime *rt,
	    const char *slug);

	/*
	 * Starts this generation beside the old one; once it is healthy
	 * (ERR_UNAVAILABLE until then) the others are removed.  ERR_INVALID: it
	 * ended again and again; the old generation continues to run, and the
	 * failed one is kept, stopped, for its log, until delete() or another
	 * generation.
	 */
	enum err (*deploy)(struct ctx *ctx, const struct runtime *rt,
	    const struct runtime_app *app, struct runtime_status *status);
	/*
	 * Sets new limits for what runs; an engine does without a restart.
	 * They hold until the container ends: a new generation must follow.
	 */
	enum err (*scale)(struct ctx *ctx, const struct runtime *rt,
	    const struct runtime_ref *ref,
	    const struct runtime_limits *limits);
	/* Stops this generation, if another one of the application runs. */
	enum err (*abandon)(struct ctx *ctx, const struct runtime *rt,
	    const struct runtime_ref *ref, const char *generation);
	/* Stops it, and keeps log and status; ERR_OK when it does not exist. */
	enum err (*stop)(struct ctx *ctx, const struct runtime *rt,
	    const struct runtime_ref *ref);
	/* Stops it and removes every generation. */
	enum err (*delete)(struct ctx *ctx, const struct runtime *rt,
	    const struct runtime_ref *ref);

	/*
	 * Status of the running container, else of the newest; absent is a
	 * state, not an error.  Probes an application's health; `healthy` of a
	 * server stays false.
	 */
	enum err (*status)(struct ctx *ctx, const struct runtime *rt,
	    const struct runtime_ref *ref, struct runtime_status *status);
	/*
	 * At most log->max lines (<= 1000) after the cursor, oldest first;
	 * cursor "" or NULL: the last ones.  1 MiB of text is another limit.
	 */
	enum err (*logs)(struct ctx *ctx, const struct runtime *rt,
	    const struct runtime_ref *ref, const char *cursor,
	    struct runtime_log *log);
	/*
	 * One row for each running container of the tenant; ERR_UNAVAILABLE
	 * usage_unknown where nobody measures.
	 */
	enum err (*usage)(struct ctx *ctx, const struct runtime *rt,
	    const char *slug, struct runtime_usages *usages);

	/*
	 * Runs the probe in the tenant's network under the restrictions of an
	 * application.  ERR_UNAVAILABLE until it has ended; then *said is what
	 * it printed.  NULL, here and below: places of this kind cannot.
	 */
	enum err (*probe)(struct ctx *ctx, const struct runtime *rt,
	    const struct runtime_probe *probe, const char **said);
	enum err (*probe_end)(struct ctx *ctx, const struct runtime *rt,
	    const char *slug);
	/* What differs from this wish; changes nothing. */
	enum err (*compare)(struct ctx *ctx, const struct runtime *rt,
	    const struct runtime_wish *wish, struct runtime_diffs *diffs);
	/* Removes an object of the tenant that compare() named. */
	enum err (*drop)(struct ctx *ctx, const struct runtime *rt,
	    const char *slug, const char *object);
};

/* Kinds of places; `open` fills in the runtime for one of them. */
struct runtime_kind {
	const char	*name;
	enum err	(*open)(struct ctx *ctx,
			    const struct runtime_place *place,
			    struct runtime *rt);
};
extern const struct runtime_kind runtimes[];	/* ends with .name NULL */

/*
 * The runtime of this place; both live as long as ctx->mem.  ERR_INTERNAL when
 * there is none of its kind.
 */
enum err runtime_of(struct ctx *ctx, const struct runtime_place *place,
    const struct runtime **rt) must_check;

/*
 * A container engine: its API socket, the name of the registry as the engine
 * sees it, and the directory of registry_reader.h; or another machine's URL and
 * what is shown there.
 */
struct runtime_engine {
	const char			*socket, *registry, *readers;
	const char			*url;
	const struct http_identity	*identity;
};
/* place lives as long as rt. */
void runtime_engine_init(struct runtime *rt,
    const struct runtime_engine *place);
enum err runtime_engine_open(struct ctx *ctx,
    const struct runtime_place *place, struct runtime *rt) must_check;
/* A cluster: Flux does what is committed, and the API is only read. */
enum err runtime_kubernetes_open(struct ctx *ctx,
    const struct runtime_place *place, struct runtime *rt) must_check;

#endif
