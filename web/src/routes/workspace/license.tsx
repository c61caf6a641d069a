// SPDX-License-Identifier: Apache-2.0
import { Link } from "@tanstack/react-router";

import { Page } from "@/components/page";
import { LicenseView } from "@/features/license/components/license-view";
import { licenseRoute } from "@/routes/workspace/routes";

export default function LicensePage() {
	const { tenant } = licenseRoute.useParams();

	return (
		<Page
			title="Licence"
			trail={[
				<Link key="status" to="/tenants/$tenant" params={{ tenant }}>
					Tenant status
				</Link>,
			]}
			lead="What this tenant may do, for how long, and how a server without a network learns it."
		>
			<LicenseView tenant={tenant} />
		</Page>
	);
}
