// SPDX-License-Identifier: Apache-2.0
import { Page } from "@/components/page";
import { DriftCard } from "@/features/drift/components/drift-card";
import { IsolationView } from "@/features/isolation/components/isolation-view";
import { useMay } from "@/lib/permission";
import { isolationRoute } from "@/routes/workspace/routes";

export default function IsolationPage() {
	const { tenant } = isolationRoute.useParams();
	const may = useMay();

	return (
		<Page
			title="Isolation"
			lead="A probe runs in this tenant's network, as applications do, and tries what must fail and what must work."
		>
			<IsolationView tenant={tenant} />
			<DriftCard scope={tenant} manage={may("tenant.manage")} />
		</Page>
	);
}
