/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The skeleton of every responder: main() declares, this runs.
 */
#ifndef CAMELEER_SERVICE_H
#define CAMELEER_SERVICE_H

#include <stddef.h>
#include <stdint.h>

#include "libshared/base/conf.h"
#include "libshared/base/ctx.h"
#include "libshared/proto/token.h"
#include "libshared/skeleton/route.h"

struct service {
	/* "tenants": socket, role, log */
	const char		*name;
	const struct route	*routes;
	size_t			 nroutes;
	int			(*setup)(void);	/* before the first fork; 0 */
	/*
	 * Another socket, NAME-SECOND.sock, with as many children of its own:
	 * what is asked there does not wait for what is slow here.  Or NULL.
	 */
	const char		*second;
	/*
	 * Children for each of the setting `processes`; 0: one.  Not
	 * beside a second socket.
	 */
	unsigned		 spread;
};

/* What a process has for its whole life; set before the first request. */
struct process {
	const struct conf	*conf;
	struct keyring		 keys;
	int64_t			 keys_read_at;	/* monotonic seconds */
};
extern struct process process;

/*
 * -c FILE, --routes, --check-config, --version.  Forks the children, keeps
 * them alive, drains them on SIGTERM.  For each request, in this order: cap
 * sizes, match the route, BEGIN (read only unless ROUTE_WRITE), identify and
 * pin, check the permission, call the handler, audit, COMMIT, and only then
 * reply; one log line; arena reset.
 */
int service_main(int argc, char *argv[], const struct service *service);

/* Prefork skeleton without HTTP, shared with the worker. */
struct prefork {
	const char	*name;
	int64_t		 children;
	/*
	 * Runs in child i, counted from 0, until told to stop; its result is
	 * the exit code.
	 */
	int		(*child)(void *arg, int64_t i);
	void		*arg;
};
int prefork_run(const struct prefork *prefork);
bool prefork_stopping(void);		/* SIGTERM has been seen */

/* Common start: options, settings, log, crypto. 0 or an exit code + 1. */
int process_init(int argc, char *argv[], const char *name);
/* Public keys and our seeds; again at once for an unknown kid, <= 1/min. */
enum err process_keys(struct ctx *ctx, bool again) must_check;
/* Database of this process by settings and credential; connects lazily. */
struct sql *process_sql(struct ctx *ctx, const char *user);

#endif
