/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The skeleton of every responder: main() declares, this runs.
 */
#ifndef CAMELEER_SERVICE_H
#define CAMELEER_SERVICE_H

#include <stddef.h>

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

/*
 * -c FILE, --routes, --check-config, --version.  Forks the children, keeps
 * them alive, drains them on SIGTERM.  For each request, in this order: cap
 * sizes, match the route, BEGIN (read only unless ROUTE_WRITE), identify and
 * pin, check the permission, call the handler, audit, COMMIT, and only then
 * reply; one log line; arena reset.
 */
int service_main(int argc, char *argv[], const struct service *service);

#endif
