// SPDX-License-Identifier: Apache-2.0
import { Page } from "@/components/page";
import { IsolationView } from "@/features/isolation/components/isolation-view";
import { isolationRoute } from "@/routes/workspace/routes";

export default function IsolationPage() {
	const { tenant } = isolationRoute.useParams();

	return (
		<Page
			title="Isolation"
			lead="A probe runs in this tenant's network, as applications do, and tries what must fail and what must work."
		>
			<IsolationView tenant={tenant} />
		</Page>
	);
}
