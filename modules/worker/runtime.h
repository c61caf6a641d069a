/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where tenants run: one interface, one implementation per kind of place.
 *
 * Every call looks at what is there, compares, and acts on the difference: it
 * may be repeated after a crash at any point.  ERR_UNAVAILABLE means: begun,
 * not there yet, call again; how long to be patient is the caller's decision.
 */
#ifndef CAMELEER_RUNTIME_H
#define CAMELEER_RUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/ctx.h"

struct conf;

#define RUNTIME_SERVER_PORT	8081
#define RUNTIME_HEALTH_PORT	9876
#define RUNTIME_HEALTH_PATH	"/observe/health"
#define RUNTIME_SECRETS_DIR	"/run/secrets"
#define RUNTIME_CURSOR_MAX	48

struct runtime_pair { const char *name, *value; };

/* A file below RUNTIME_SECRETS_DIR, readable by the container's user only. */
struct runtime_secret {
	const char	*name;
	const char	*data;		/* in ctx->secrets */
	size_t		 len;
};

struct runtime_limits {
	int64_t	memory_mb;		/* swap is off */
	int64_t	cpu_millis;		/* 1000 is one core */
	int64_t	pids;			/* 0: 512 */
	int64_t	tmp_mb;			/* of /tmp; 0: 256; counts as memory */
};

/* Lists end with .name NULL; images are repository@sha256:… in our registry. */
struct runtime_tenant {
	struct uuid			 id;
	const char			*slug;
	const char			*image;		/* of its server */
	const struct runtime_pair	*env;
	const struct runtime_secret	*secrets;
	struct runtime_limits		 limits;
};

/* Names one application in one environment; name NULL is the server. */
struct runtime_ref {
	const char	*slug;
	const char	*environment;
	const char	*name;
};

struct runtime_app {
	struct uuid			 tenant;
	struct runtime_ref		 ref;
	/*
	 * Eight of [0-9a-f], a new one whenever image, env, secrets or limits
	 * change: two generations run side by side until the new one is well.
	 */
	const char			*generation;
	int64_t				 release;
	const char			*image;
	const struct runtime_pair	*env;
	const struct runtime_secret	*secrets;
	struct runtime_limits		 limits;
};

enum runtime_state {
	RUNTIME_ABSENT,
	RUNTIME_CREATED,	/* never started */
	RUNTIME_RUNNING,
	RUNTIME_STOPPED,	/* has left; see exit_code */
	RUNTIME__MAX
};

struct runtime_status {
	enum runtime_state	 state;
	/* answered its probe just now */
	bool			 healthy;
	/* Left with 137 (killed) or 3 (Java heap): ignore after a stop. */
	bool			 memory_suspected;
	int			 exit_code;
	int64_t			 restarts;
	int64_t			 release;
	const char		*container;	/* its id; NULL when absent */
	const char		*image;		/* as runtime_app.image */
	const char		*generation;
	const char		*started_at;	/* RFC 3339; NULL: never */
	/* IPv4 on the tenant's network */
	const char		*address;
	/* of the server or its health */
	int			 port;
};

struct runtime_usage {
	struct runtime_ref	 ref;
	const char		*container;
	int64_t			 cpu_ns;	/* since its start */
	int64_t			 memory_bytes, memory_limit;
	int64_t			 pids;
	int64_t			 rx_bytes, tx_bytes;
};

struct runtime_line {
	const char	*time;		/* RFC 3339, whole seconds */
	bool		 error;		/* standard error */
	const char	*text;		/* UTF-8, without controls but tab */
	size_t		 len;
};

struct runtime_log {
	struct runtime_line	*lines;
	size_t			 nlines;
	bool			 more;		/* call again at once */
	char			 cursor[RUNTIME_CURSOR_MAX];	/* for next */
};

struct runtime {
	const char		*name;		/* "engine" */
	const struct conf	*conf;

	/* The place answers at all: for readiness. */
	enum err (*ping)(struct ctx *ctx, const struct runtime *rt);

	/*
	 * Network and server of a tenant.  ERR_OK: the server's process runs
	 * and *status says where; whether it is ready is for the caller to ask
	 * it.  ERR_CONFLICT: objects of another tenant have these names.
	 */
	enum err (*ensure_tenant)(struct ctx *ctx, const struct runtime *rt,
	    const struct runtime_tenant *tenant,
	    struct runtime_status *status);
	/*
	 * Stops all that the tenant runs, ERR_UNAVAILABLE while something is
	 * left; ensure_tenant and deploy start it again.
	 */
	enum err (*suspend)(struct ctx *ctx, const struct runtime *rt,
	    const char *slug);
	/* Removes all that the tenant has here; ERR_OK when nothing is left. */
	enum err (*remove)(struct ctx *ctx, const struct runtime *rt,
	    const char *slug);

	/*
	 * Starts this generation beside the old one; once it is healthy
	 * (ERR_UNAVAILABLE until then) the others are removed.  ERR_INVALID:
	 * it ended again and again; the old one runs on and the failed one is
	 * kept, stopped, for its log, until delete() or another generation.
	 */
	enum err (*deploy)(struct ctx *ctx, const struct runtime *rt,
	    const struct runtime_app *app, struct runtime_status *status);
	/*
	 * New limits for what runs, at once and without a restart.  They hold
	 * until the container ends: follow up with a new generation.
	 */
	enum err (*scale)(struct ctx *ctx, const struct runtime *rt,
	    const struct runtime_ref *ref,
	    const struct runtime_limits *limits);
	/* Stops and keeps it (log, status); ERR_OK when it does not exist. */
	enum err (*stop)(struct ctx *ctx, const struct runtime *rt,
	    const struct runtime_ref *ref);
	/* Stops it and removes every generation. */
	enum err (*delete)(struct ctx *ctx, const struct runtime *rt,
	    const struct runtime_ref *ref);

	/*
	 * What runs, else the newest; absent is a state, not an error.  Probes
	 * an application's health; a server's `healthy` stays false.
	 */
	enum err (*status)(struct ctx *ctx, const struct runtime *rt,
	    const struct runtime_ref *ref, struct runtime_status *status);
	/*
	 * At most max lines after the cursor, oldest first; cursor "" or NULL:
	 * the last max lines.  Bounded also by 1 MiB of text.
	 */
	enum err (*logs)(struct ctx *ctx, const struct runtime *rt,
	    const struct runtime_ref *ref, const char *cursor, size_t max,
	    struct runtime_log *log);
	/* One row for everything of the tenant that runs, at most max. */
	enum err (*usage)(struct ctx *ctx, const struct runtime *rt,
	    const char *slug, struct runtime_usage *usage, size_t max,
	    size_t *n);
};

/* conf lives as long as rt: engine_socket and registry_pull are used. */
void runtime_engine_init(struct runtime *rt, const struct conf *conf);

#endif
