/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Client of a Docker-compatible container engine, by its unix socket or over
 * mutual TLS.
 *
 * Written for API 1.41 as Podman 4.3 implements it; comments name differences
 * to Docker.  Failures are ERR_PEER with the engine's text, shortened, except
 * ERR_NOT_FOUND, ERR_CONFLICT and ERR_TIMEOUT.
 */
#ifndef CAMELEER_ENGINE_H
#define CAMELEER_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/ctx.h"
#include "modules/worker/runtime_types.h"

struct http_identity;
struct json;

#define ENGINE_NAME_MAX		127
#define ENGINE_ROWS_MAX		1000
#define ENGINE_STOP_GRACE_S	10
#define ENGINE_USER		65532	/* uid and gid of every container */

struct engine {
	const char			*socket;
	/* Or https://host:port, and what is shown there. */
	const char			*url;
	const struct http_identity	*identity;
};

struct engine_network {
	const char			*name;
	const char			*bridge;	/* interface, <= 15 */
	const struct runtime_pair	*labels;	/* required */
};

struct engine_spec {
	const char			*name;
	const char			*image;		/* host/repo@sha256:… */
	const char			*network;
	const char			*alias;		/* alias, or NULL */
	const char			*mac;		/* NULL: any */
	const struct runtime_pair	*env, *labels;
	struct runtime_limits		 limits;
	int64_t				 restarts_max;
};

struct engine_container {
	const char		*id;		/* 64 hexadecimal digits */
	const char		*name;
	const char		*image;
	enum runtime_state	 state;
	int			 exit_code;
	int64_t			 restarts;
	const char		*started_at;	/* NULL: never */
	int64_t			 last_run_s;	/* of an ended one */
	int64_t			 running_s;	/* of one that runs */
	const char		*address;	/* IPv4; NULL: none */
	const struct json	*labels;
};

struct engine_row {
	const char		*id, *name;
	enum runtime_state	 state;
	int64_t			 created;	/* seconds */
	const struct json	*labels;
};

struct engine_stats {
	int64_t	cpu_ns, memory_bytes, memory_limit, pids, rx_bytes, tx_bytes;
};

/* ERR_PEER or ERR_TIMEOUT with a sentence for operators. */
enum err engine_look(struct ctx *ctx, const struct engine *engine,
    struct runtime_facts *facts) must_check;

/* ERR_CONFLICT when a network of that name has other labels. */
enum err engine_network_ensure(struct ctx *ctx, const struct engine *engine,
    const struct engine_network *network) must_check;
enum err engine_network_remove(struct ctx *ctx, const struct engine *engine,
    const char *name) must_check;

/*
 * Pulls the image, with this login (NULL: none), unless it exists;
 * ERR_UNAVAILABLE: not finished, call again.
 */
enum err engine_image_ensure(struct ctx *ctx, const struct engine *engine,
    const char *image, const struct runtime_login *login) must_check;

/* ERR_CONFLICT when the name is in use. */
enum err engine_create(struct ctx *ctx, const struct engine *engine,
    const struct engine_spec *spec) must_check;
/*
 * Puts the files into a container that was not started yet: they appear in
 * RUNTIME_SECRETS_DIR, a read-only tmpfs, and in no answer of the engine.
 */
enum err engine_secrets(struct ctx *ctx, const struct engine *engine,
    const char *name, const struct runtime_secret *secrets) must_check;
enum err engine_start(struct ctx *ctx, const struct engine *engine,
    const char *name) must_check;
enum err engine_stop(struct ctx *ctx, const struct engine *engine,
    const char *name) must_check;
/* Kills the container if it runs; ERR_OK when it does not exist. */
enum err engine_remove(struct ctx *ctx, const struct engine *engine,
    const char *name) must_check;
/*
 * Changes a running container, until it ends (Podman 4.3 forgets the change).
 */
enum err engine_update(struct ctx *ctx, const struct engine *engine,
    const char *name, const struct runtime_limits *limits) must_check;

enum err engine_inspect(struct ctx *ctx, const struct engine *engine,
    const char *name, const char *network,
    struct engine_container *container) must_check;
/* The whole answer of the engine about a container. */
enum err engine_describe(struct ctx *ctx, const struct engine *engine,
    const char *name, struct json **root) must_check;
/* The names of the networks that have all these labels. */
enum err engine_networks(struct ctx *ctx, const struct engine *engine,
    const struct runtime_pair *labels, const char *const **names, size_t *n)
    must_check;
/* The containers that have all these labels, newest first. */
enum err engine_list(struct ctx *ctx, const struct engine *engine,
    const struct runtime_pair *labels, struct engine_row **rows, size_t *n)
    must_check;
enum err engine_stats(struct ctx *ctx, const struct engine *engine,
    const char *name, struct engine_stats *stats) must_check;

/*
 * A position in a log: a second, and how many lines of that second were read.
 * Podman dates lines by whole seconds.
 */
struct engine_cursor { int64_t second, seen; };

/* log->max lines after the cursor; cursor->second < 0: the last ones. */
enum err engine_logs(struct ctx *ctx, const struct engine *engine,
    const char *name, struct engine_cursor *cursor, struct runtime_log *log)
    must_check;

#endif
