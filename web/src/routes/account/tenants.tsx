// SPDX-License-Identifier: Apache-2.0
import { Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";

import { buttonClass } from "@/components/button";
import { GivenName } from "@/components/given-name";
import { Page } from "@/components/page";
import { rowLink } from "@/components/rows";
import { useOperator } from "@/features/auth/api/me";
import { TenantList } from "@/features/tenants/components/tenant-list";
import { tenantsRoute } from "@/routes/account/routes";
import { asking, wantedOf } from "@/routes/wanted";

export default function Tenants() {
	const search = tenantsRoute.useSearch();
	const navigate = tenantsRoute.useNavigate();
	const create = useOperator() ? null : (
		<Link to="/create-tenant" className={buttonClass({ kind: "primary" })}>
			<Plus aria-hidden="true" />
			New tenant
		</Link>
	);

	return (
		<Page title="Tenants" lead="Each tenant has its own applications, data, team and licence." aside={create}>
			<TenantList
				wanted={wantedOf(search)}
				onWanted={(next) => void navigate(asking(next))}
				create={create}
				link={(tenant) => (
					<Link to="/tenants/$tenant" params={{ tenant: tenant.slug }} className={rowLink}>
						<GivenName>{tenant.name}</GivenName>
					</Link>
				)}
			/>
		</Page>
	);
}
