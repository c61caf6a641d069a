// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";

import { Page } from "@/components/page";
import { Loaded } from "@/components/states";
import { tenantsQuery, useTenant } from "@/features/tenants/api/tenant";
import { PlanView } from "@/features/tenants/components/plan-view";
import { planRoute } from "@/routes/workspace/routes";

export default function PlanPage() {
	const { tenant } = planRoute.useParams();
	const tier = useTenant(tenant)?.tier;

	return (
		<Page
			title="Plan"
			lead="The plan was chosen when the tenant was made; a contract with the operator of the platform can change single rows."
		>
			<Loaded query={useQuery(tenantsQuery)} label="the plan">
				{() => <PlanView tenant={tenant} tier={tier} />}
			</Loaded>
		</Page>
	);
}
