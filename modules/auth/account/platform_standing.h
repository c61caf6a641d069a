/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Routes that show operators how tenants stand: operations, drift and
 * isolation.
 */
#ifndef CAMELEER_PLATFORM_STANDING_H
#define CAMELEER_PLATFORM_STANDING_H

#include "libshared/rows/drift_row.h"
#include "libshared/rows/operation_seen.h"
#include "libshared/skeleton/route.h"
#include "modules/auth/account/account.h"

#define ROUTES_STANDING \
	{ GET, "/api/auth/platform/operations", PERM_PLATFORM_OPERATION_READ, \
	    platform_operation_list, \
	    .about = "Lists operations of all tenants that wait, run or " \
		"have failed, newest first.", \
	    .query = page_query, .output = operation_seen_view, \
	    .list = true }, \
	{ GET, "/api/auth/platform/operations/{id}", \
	    PERM_PLATFORM_OPERATION_READ, platform_operation_get, \
	    .about = "Shows an operation with its steps and what happened.", \
	    .output = operation_story_view }, \
	{ POST, "/api/auth/platform/operations/{id}/retry", \
	    PERM_PLATFORM_OPERATION_MANAGE, platform_operation_retry, \
	    .about = "Has an operation tried again that failed, or that " \
		"waits for its next try.", \
	    .flags = ROUTE_WRITE | ROUTE_FRESH, .audit = "operation.retry", \
	    .input = platform_operation_fields, \
	    .output = operation_story_view }, \
	{ POST, "/api/auth/platform/operations/{id}/skip", \
	    PERM_PLATFORM_OPERATION_MANAGE, platform_operation_skip, \
	    .about = "Has an operation go on without the step at which it " \
		"is, where that is possible.", \
	    .flags = ROUTE_WRITE | ROUTE_FRESH, .audit = "operation.skip", \
	    .input = platform_operation_skip_fields, \
	    .output = operation_story_view }, \
	{ POST, "/api/auth/platform/operations/{id}/abort", \
	    PERM_PLATFORM_OPERATION_MANAGE, platform_operation_abort, \
	    .about = "Stops an operation; what it made of a tenant that " \
		"never was active is removed, and the owners get a mail.", \
	    .flags = ROUTE_WRITE | ROUTE_FRESH, .audit = "operation.abort", \
	    .input = platform_operation_fields, \
	    .output = operation_story_view }, \
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
