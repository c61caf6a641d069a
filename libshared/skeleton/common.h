/* SPDX-License-Identifier: Apache-2.0 */
/* The routes that every responder has: alive, ready, measured. */
#ifndef CAMELEER_COMMON_H
#define CAMELEER_COMMON_H

#include "libshared/doors/field.h"
#include "libshared/skeleton/route.h"

struct health { const char *status; };

extern const struct field health_view[];

enum err health_get(struct ctx *ctx);	/* the process answers */
enum err ready_get(struct ctx *ctx);	/* and so does its database */
enum err metrics_get(struct ctx *ctx);	/* Prometheus' text form */

#define ROUTES_COMMON(name) \
	{ GET, "/api/" name "/health", PERM_PUBLIC, 0, health_get, NULL, \
	    "Says that the service runs.", NULL, NULL, health_view, false, \
	    200, 0 }, \
	{ GET, "/api/" name "/ready", PERM_PUBLIC, 0, ready_get, NULL, \
	    "Says that the service and its database can work.", NULL, NULL, \
	    health_view, false, 200, 0 }, \
	{ GET, "/internal/" name "/metrics", PERM_PUBLIC, ROUTE_INTERNAL, \
	    metrics_get, NULL, "Counters for Prometheus.", NULL, NULL, NULL, \
	    false, 200, 0 }

#endif
