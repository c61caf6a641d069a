// SPDX-License-Identifier: Apache-2.0
import { createRoute, Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";

import { buttonClass } from "@/components/button";
import { Page } from "@/components/page";
import { rowLink } from "@/components/rows";
import { TenantList } from "@/features/tenants/components/tenant-list";
import { accountRoute } from "@/routes/account/account";

export const tenantsRoute = createRoute({
	getParentRoute: () => accountRoute,
	path: "tenants",
	component: Tenants,
});

function Tenants() {
	const create = (
		<Link to="/create-tenant" className={buttonClass({ kind: "primary" })}>
			<Plus aria-hidden="true" />
			New tenant
		</Link>
	);

	return (
		<Page title="Tenants" lead="Each tenant is a world of its own: applications, data, team, licence." aside={create}>
			<TenantList
				create={create}
				link={(tenant) => (
					<Link to="/tenants/$tenant" params={{ tenant: tenant.slug }} className={rowLink}>
						{tenant.name}
					</Link>
				)}
			/>
		</Page>
	);
}
