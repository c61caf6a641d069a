/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Routes that show operators how tenants stand at their places: drift and
 * isolation.
 */
#ifndef CAMELEER_PLATFORM_STANDING_H
#define CAMELEER_PLATFORM_STANDING_H

#include "libshared/rows/drift_row.h"
#include "libshared/skeleton/route.h"
#include "modules/auth/account/account.h"

#define ROUTES_STANDING \
	{ GET, "/api/auth/platform/drift", PERM_PLATFORM_TENANT_READ, \
	    platform_drift_list, \
	    .about = "Lists what tenants have at their places and should " \
		"not, or the other way round.", \
	    .output = drift_row_view, .list = true }, \
	{ POST, "/api/auth/platform/tenants/{id}/drift/restore", \
	    PERM_PLATFORM_TENANT_MANAGE, platform_drift_restore, \
	    .about = "Makes an object of a tenant what it should be; what " \
		"runs there may be started anew.", \
	    .flags = ROUTE_WRITE | ROUTE_FRESH, .audit = "drift.restore_ask", \
	    .input = drift_in_fields, .output = drift_started_view, \
	    .status = 202 }, \
	{ GET, "/api/auth/platform/isolation", PERM_PLATFORM_TENANT_READ, \
	    platform_isolation_list, \
	    .about = "Shows what the last isolation probe found in each " \
		"active tenant, with the addresses that it reached.", \
	    .output = platform_isolation_view, .list = true }, \
	{ POST, "/api/auth/platform/tenants/{id}/isolation", \
	    PERM_PLATFORM_TENANT_MANAGE, platform_isolation_run, \
	    .about = "Has the isolation probe of a tenant run at once.", \
	    .flags = ROUTE_WRITE, .audit = "isolation.run", .status = 204 }

#endif
