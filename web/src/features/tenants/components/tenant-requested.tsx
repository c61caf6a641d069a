// SPDX-License-Identifier: Apache-2.0
import { Hourglass } from "lucide-react";

import { Empty } from "@/components/states";
import type { Tenant } from "@/features/tenants/api/tenant";
import { tierName } from "@/features/tenants/components/tiers";

/** In place of the steps while an operator has not answered. */
export function TenantRequested({ tenant }: { tenant: Pick<Tenant, "name" | "tier"> }) {
	return (
		<Empty icon={<Hourglass />} title="Waits for the operator’s yes">
			The operator of the platform approves tenants with plan {tierName(tenant.tier ?? "high")}. Nothing of{" "}
			<bdi>{tenant.name}</bdi> is set up before. The answer comes to you by mail.
		</Empty>
	);
}
