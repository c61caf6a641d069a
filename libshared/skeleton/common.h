/* SPDX-License-Identifier: Apache-2.0 */
/* The routes that every responder has: health, readiness, metrics. */
#ifndef CAMELEER_COMMON_H
#define CAMELEER_COMMON_H

#include "libshared/doors/field.h"
#include "libshared/skeleton/route.h"

struct health { const char *status; };

extern const struct field health_view[];

enum err health_get(struct ctx *ctx);	/* the process answers */
/* A new session can do all that a request does, up to its audit row. */
enum err ready_get(struct ctx *ctx);
enum err metrics_get(struct ctx *ctx);	/* in the text format of Prometheus */

#define ROUTES_COMMON(name) \
	{ GET, "/api/" name "/health", PERM_PUBLIC, health_get, \
	    .about = "Says that the service runs.", .output = health_view }, \
	{ GET, "/api/" name "/ready", PERM_PUBLIC, ready_get, \
	    .about = "Says that the service and its database can work.", \
	    .output = health_view }, \
	{ GET, "/internal/" name "/metrics", PERM_PUBLIC, metrics_get, \
	    .about = "Counters for Prometheus.", .flags = ROUTE_INTERNAL }

#endif
