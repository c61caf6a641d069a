// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";

import { Page } from "@/components/page";
import { tenantsQuery } from "@/features/tenants/api/tenant";
import { PlanView } from "@/features/tenants/components/plan-view";
import { planRoute } from "@/routes/workspace/routes";

export default function PlanPage() {
	const { tenant } = planRoute.useParams();
	const tier = useQuery(tenantsQuery).data?.items.find(({ slug }) => slug === tenant)?.tier ?? "";

	return (
		<Page
			title="Plan"
			lead="A plan is chosen when a tenant is made; its contract with the operator of the platform may say more."
		>
			<PlanView tenant={tenant} tier={tier} />
		</Page>
	);
}
