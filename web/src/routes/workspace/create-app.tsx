// SPDX-License-Identifier: Apache-2.0
import { Link, useNavigate } from "@tanstack/react-router";

import { Card } from "@/components/card";
import { Page } from "@/components/page";
import { CreateAppForm } from "@/features/apps/components/create-app-form";
import { createAppRoute } from "@/routes/workspace/routes";

export default function CreateApp() {
	const { tenant } = createAppRoute.useParams();
	const navigate = useNavigate();

	return (
		<Page
			title="New application"
			lead="Choose a name. You upload the JAR in the next step."
			trail={[
				<Link key="apps" to="/tenants/$tenant/apps" params={{ tenant }}>
					Applications
				</Link>,
			]}
			narrow
		>
			<Card>
				<CreateAppForm
					tenant={tenant}
					onDone={(app) =>
						void navigate({ to: "/tenants/$tenant/apps/$app/deploy", params: { tenant, app } })
					}
				/>
			</Card>
		</Page>
	);
}
