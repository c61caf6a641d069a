/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Types of the runtime interface.  Texts live in ctx->mem.
 */
#ifndef CAMELEER_RUNTIME_TYPES_H
#define CAMELEER_RUNTIME_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/ctx.h"
#include "modules/worker/runtime_log.h"

#define RUNTIME_SERVER_PORT	8081
#define RUNTIME_HEALTH_PORT	9876
#define RUNTIME_HEALTH_PATH	"/observe/health"
#define RUNTIME_SECRETS_DIR	"/run/secrets"

/* What a place says of itself; 0: it does not say. */
#define RUNTIME_VERSION_MAX	64
struct runtime_facts {
	const char	*version;
	int64_t		 cpu_millis, memory_mb;	/* all of it */
	int64_t		 free_mb;
	int64_t		 disk_mb, disk_free_mb;	/* where images are */
	int64_t		 images;
	const char	*warning;	/* it works, but; NULL: nothing */
};

struct runtime_pair { const char *name, *value; };

/* A file below RUNTIME_SECRETS_DIR, readable only by the container's user. */
struct runtime_secret {
	const char	*name;
	const char	*data;		/* in ctx->secrets */
	size_t		 len;
};

/* What the engine shows to the registry when it pulls; in ctx->secrets. */
struct runtime_login { const char *user, *password; };

struct runtime_limits {
	int64_t	memory_mb;		/* swap is off */
	int64_t	cpu_millis;		/* 1000 is one core */
	int64_t	pids;			/* 0: 512 */
	int64_t	tmp_mb;			/* of /tmp; 0: 256; counts as memory */
};

/* Where a server finds its tenant's schema, and as whom. */
struct runtime_store {
	const char *host, *name, *login;
	int64_t port;
	bool tls;
};

/* Lists end with .name NULL; images are repository@sha256:… in our registry. */
struct runtime_tenant {
	struct uuid			 id;
	const char			*slug, *tier;
	const char			*image;		/* of its server */
	const struct runtime_pair	*env;
	const struct runtime_secret	*secrets;
	struct runtime_limits		 limits;
	/* For the pool before PostgreSQL, where the place has one. */
	const char			*role;		/* of the tenant */
	const char			*password;	/* in ctx->secrets */
	int64_t				 connections;
	int64_t				 apps_max;	/* running ones */
};

/* How to find out whether an application is well; check NULL: the usual. */
struct runtime_health {
	const char	*check;		/* http, tcp, agent or none */
	int64_t		 port;		/* of http and tcp */
	const char	*path;		/* of http */
	/* For agent: asks whether it reports to its server; *why NULL: yes. */
	enum err	(*agent)(struct ctx *ctx, void *arg,
			    const char **why);
	void		*agent_arg;
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
	 * Eight of [0-9a-f], which change with image, env, secrets or limits:
	 * two generations run side by side until the new one is healthy.
	 */
	const char			*generation;
	int64_t				 release;
	const char			*image;
	const struct runtime_pair	*env;
	const struct runtime_secret	*secrets;
	struct runtime_limits		 limits;
	struct runtime_health		 health;
};

enum runtime_state {
	RUNTIME_ABSENT,
	RUNTIME_CREATED,	/* never started */
	RUNTIME_RUNNING,
	RUNTIME_STOPPED,	/* has ended; see exit_code */
	RUNTIME__MAX
};

struct runtime_status {
	enum runtime_state	 state;
	bool			 healthy;	/* probe answers now */
	const char		*unwell;	/* why it is not; or NULL */
	/* Exit code 137 (killed) or 3 (Java heap); no meaning after a stop. */
	bool			 memory_suspected;
	int			 exit_code;
	int64_t			 restarts;
	int64_t			 release;
	const char		*container;	/* its id, NULL: absent */
	const char		*image;		/* as runtime_app.image */
	const char		*generation;
	const char		*started_at;	/* RFC 3339; NULL: never */
	const char		*address;	/* IPv4 */
	int			 port;		/* of server or health */
};

struct runtime_usage {
	struct runtime_ref	 ref;
	const char		*container;
	int64_t			 cpu_ns;	/* since its start */
	int64_t			 memory_bytes, memory_limit;
	int64_t			 pids;
	int64_t			 rx_bytes, tx_bytes;
};

struct runtime_usages { struct runtime_usage *rows; size_t n; };

#endif
