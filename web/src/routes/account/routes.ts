// SPDX-License-Identifier: Apache-2.0
/* The pages of a signed-in account, whatever the tenant. */
import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";

import { tenantQuery, tenantsQuery } from "@/features/tenants/api/tenant";
import { checkAccess, mayOpen } from "@/routes/access";
import { accountRoute } from "@/routes/account/guard";
import { wantedSearch } from "@/routes/wanted";
import { enterTenant, lastTenant, startPage } from "@/routes/workspace/enter";

const placesAccess = "platform.place.read";

/** "/" has no page of its own: it redirects to the page where work begins. */
const homeRoute = createRoute({
	getParentRoute: () => accountRoute,
	path: "/",
	staticData: { access: "account" },
	beforeLoad: async ({ context }) => {
		const client = context.queryClient;
		const { items, next } = await client.query({ ...tenantsQuery, staleTime: 5_000 });
		const last = lastTenant(client);
		const listed = items.find(({ slug }) => slug === last);
		const further =
			!listed && last !== null && next !== null
				? await client.query({ ...tenantQuery(last), staleTime: 5_000 })
				: null;
		const tenant = listed ?? further ?? items[0];

		if (!tenant && mayOpen(placesAccess, context.me.permissions)) throw redirect({ to: "/platform/places" });
		if (!tenant) throw redirect({ to: "/tenants" });
		const params = { tenant: tenant.slug };

		if (tenant.state !== "active") throw redirect({ to: "/tenants/$tenant", params });
		const { permissions } = await enterTenant(client, tenant.slug);
		throw redirect({ to: startPage(permissions), params });
	},
});

export const tenantsRoute = createRoute({
	getParentRoute: () => accountRoute,
	path: "tenants",
	staticData: { access: "account" },
	validateSearch: wantedSearch,
	component: lazyRouteComponent(() => import("@/routes/account/tenants")),
});

const createTenantRoute = createRoute({
	getParentRoute: () => accountRoute,
	path: "create-tenant",
	staticData: { access: "account" },
	component: lazyRouteComponent(() => import("@/routes/account/create-tenant")),
});

const securityRoute = createRoute({
	getParentRoute: () => accountRoute,
	path: "security",
	staticData: { access: "account" },
	component: lazyRouteComponent(() => import("@/routes/account/security")),
});

const sessionsRoute = createRoute({
	getParentRoute: () => accountRoute,
	path: "sessions",
	staticData: { access: "account" },
	component: lazyRouteComponent(() => import("@/routes/account/sessions")),
});

const deviceRoute = createRoute({
	getParentRoute: () => accountRoute,
	path: "device",
	staticData: { access: "account" },
	component: lazyRouteComponent(() => import("@/routes/account/device")),
});

/** The operators' pages: one guard for all of them. */
const platformRoute = createRoute({
	getParentRoute: () => accountRoute,
	path: "platform",
	staticData: { access: "account" },
	beforeLoad: ({ context, matches }) => {
		checkAccess(matches, context.me.permissions);
	},
	errorComponent: lazyRouteComponent(() => import("@/routes/account/failed")),
});

const placesRoute = createRoute({
	getParentRoute: () => platformRoute,
	path: "places",
	staticData: { access: placesAccess },
	component: lazyRouteComponent(() => import("@/routes/account/places")),
});

const operationsRoute = createRoute({
	getParentRoute: () => platformRoute,
	path: "operations",
	staticData: { access: "platform.operation.read" },
	component: lazyRouteComponent(() => import("@/routes/account/operations")),
});

const platformIsolationRoute = createRoute({
	getParentRoute: () => platformRoute,
	path: "isolation",
	staticData: { access: "platform.tenant.read" },
	component: lazyRouteComponent(() => import("@/routes/account/isolation")),
});

export const accountRoutes = [
	homeRoute,
	tenantsRoute,
	createTenantRoute,
	securityRoute,
	sessionsRoute,
	deviceRoute,
	platformRoute.addChildren([placesRoute, operationsRoute, platformIsolationRoute]),
] as const;
