// SPDX-License-Identifier: Apache-2.0
import { createRoute, redirect } from "@tanstack/react-router";

import { tenantsQuery } from "@/features/tenants/api/tenant";
import { accountRoute } from "@/routes/account/account";

/** The address bar's "/" is no page: on to where the work is. */
export const homeRoute = createRoute({
	getParentRoute: () => accountRoute,
	path: "/",
	beforeLoad: async ({ context }) => {
		const { items } = await context.queryClient.query({ ...tenantsQuery, staleTime: 5_000 });
		const tenant = items.find(({ slug }) => slug === context.me.tenant) ?? items[0];

		if (!tenant) throw redirect({ to: "/tenants" });
		if (tenant.state === "active")
			throw redirect({ to: "/tenants/$tenant/apps", params: { tenant: tenant.slug } });
		throw redirect({ to: "/tenants/$tenant", params: { tenant: tenant.slug } });
	},
});
