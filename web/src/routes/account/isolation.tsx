// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";

import { Page } from "@/components/page";
import { meQuery } from "@/features/auth/api/me";
import { DriftCard } from "@/features/drift/components/drift-card";
import { IsolationList } from "@/features/isolation/components/isolation-list";
import { mayWith } from "@/lib/permission";

export default function Isolation() {
	const grants = useQuery(meQuery).data?.permissions ?? [];
	const manage = mayWith(grants)("platform.tenant.manage");

	return (
		<Page title="Isolation" lead="What the last probe could reach from inside each tenant's network.">
			<IsolationList manage={manage} />
			<DriftCard scope={null} manage={manage} />
		</Page>
	);
}
