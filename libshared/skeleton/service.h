/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The skeleton of every responder: main() declares it, service_main() runs it.
 */
#ifndef CAMELEER_SERVICE_H
#define CAMELEER_SERVICE_H

#include <stddef.h>

#include "libshared/skeleton/route.h"

struct service {
	/* For example "tenants": name of socket, database role and log. */
	const char		*name;
	const struct route	*routes;
	size_t			 nroutes;
	int			(*setup)(void);	/* before fork; 0: good */
	/*
	 * A second socket, NAME-SECOND.sock, with children of its own, so that
	 * requests there do not wait for slow ones here; or NULL.
	 */
	const char		*second;
	/* How many children; NULL: as many as the first has. */
	int64_t			(*second_children)(void);
	/*
	 * Number of children for each of the setting `processes`; 0: one.  Not
	 * together with a second socket.
	 */
	unsigned		 spread;
};

/*
 * -c FILE, --routes, --check-config, --version.  Forks the children, restarts
 * them, drains them on SIGTERM.  For each request, in this order: limit sizes,
 * match the route, BEGIN (read only unless ROUTE_WRITE), identify and pin,
 * check the permission, call the handler, audit, COMMIT, reply, log one line,
 * reset the arena.
 */
int service_main(int argc, char *argv[], const struct service *service);

#endif
