/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one request or one job has at hand: memory, database, the actor, and the
 * first failure.  Every function that can fail takes a ctx.
 */
#ifndef CAMELEER_CTX_H
#define CAMELEER_CTX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/err.h"

struct arena;
struct job;
struct req;
struct service;
struct sql;

#define UUID_TEXT_MAX	37	/* 36 characters and the NUL */

struct uuid { char text[UUID_TEXT_MAX]; };	/* lower case, or empty */

/* The actor: filled in by authn from a verified token, or by the worker. */
struct who {
	struct uuid	 account;	/* empty: anonymous */
	/*
	 * Proven by authn_begin(); before that, what a token claims; or empty.
	 */
	struct uuid	 tenant;
	struct uuid	 session;	/* empty: API token or anonymous */
	struct uuid	 token;		/* id of the API token */
	const char	*digest;	/* digest of the sent API token */
	const char	*named;		/* the tenant of the path or header */
	const char	*tenant_slug;
	const char	*kind;		/* person, service, operator */
	const char	*role;		/* in that tenant */
	/* " a.b c.d@env e.f:app g.h@env:app ", as the database writes them */
	const char	*permissions;
	const char	*scopes;	/* of an API token, like permissions */
	const char	*rule;		/* tenant's rule, unsatisfied */
	const char	*tenant_state;
	/* The tenant's newest licence; NULL: it has none yet. */
	const char	*license_state;
	int64_t		 license_valid_s, license_grace_s;
	bool		 fresh;		/* proof within the last 10 min */
	bool		 use_due;	/* record the API token's use */
	bool		 by_cookie;	/* then a write needs the CSRF header */
	bool		 bound;		/* valid for one tenant only */
	bool		 system;	/* the worker itself */
	/*
	 * The tenant was proven although nobody signed in: a refusal is
	 * recorded in its audit trail.
	 */
	bool		 proven;
};

#define FAULT_FIELDS_MAX	64

struct fault_field { const char *field, *detail; };

/* What a plan lacks: members of the problem not_entitled. */
struct lacking {
	const char	*feature;	/* NULL: it is another failure */
	const char	*required, *current;	/* tiers */
	const char	*tenant;
};

/* The first failure is kept; later ones are its consequences. */
struct fault {
	enum err		 err;
	const char		*code;		/* public, snake_case */
	const char		*detail;	/* public below 500 only */
	struct fault_field	 fields[FAULT_FIELDS_MAX];
	size_t			 nfields;
	int64_t			 retry_s;	/* try again then; 0: unsaid */
	struct lacking		 lacks;
};

struct ctx {
	struct arena	*mem;
	struct arena	*secrets;	/* wiped; never copied into mem */
	struct sql	*db;
	struct fault	 fault;
	struct who	 who;
	const char	*request_id;
	const char	*client_ip;
	struct req	*req;		/* NULL in the worker */
	struct job	*job;		/* NULL in a responder */
	const struct service *service;
};

/*
 * Records why, once, at the place that knows; returns e for `return fail(…)`.
 * The detail of a 4xx is written for the caller and names what they sent; the
 * detail of a 5xx goes to the log only.  Neither ever holds a secret.
 */
enum err fail(struct ctx *ctx, enum err e, const char *code, const char *fmt,
    ...) __attribute__((format(printf, 4, 5)));
#ifdef __clang_analyzer__	/* it sees one file only: fail() returns e */
#define fail(ctx, e, ...)	((void)fail((ctx), (e), __VA_ARGS__), (e))
#endif

/* Adds a field to an ERR_BAD_INPUT / ERR_INVALID; at most FAULT_FIELDS_MAX. */
void fail_field(struct ctx *ctx, const char *field, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * For `return fail_at(ctx, "name", fail(…))`: that is the field which is to
 * blame.  Returns e.
 */
enum err fail_at(struct ctx *ctx, const char *field, enum err e);

/* Says in how many seconds it can go well: the header Retry-After. */
void fail_retry(struct ctx *ctx, int64_t seconds);

/* Drops a failure that was expected, so that another way can be tried. */
void fail_clear(struct ctx *ctx);

/* A context for programs without a service: ctl and tests. */
struct ctx *ctx_new(size_t mem_max);
void ctx_free(struct ctx **ctx);
void ctx_reset(struct ctx *ctx);	/* between requests or jobs */
/*
 * Makes a context ready for the next of many parts of a work: its memory and
 * its secrets are empty, all else is that of the whole.
 */
void ctx_part(struct ctx *part, const struct ctx *whole);

#endif
