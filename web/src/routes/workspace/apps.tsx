// SPDX-License-Identifier: Apache-2.0
import { createRoute, Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";

import { buttonClass } from "@/components/button";
import { Page } from "@/components/page";
import { rowLink } from "@/components/rows";
import { AppList } from "@/features/apps/components/app-list";
import { workspaceRoute } from "@/routes/workspace/workspace";

export const appsRoute = createRoute({
	getParentRoute: () => workspaceRoute,
	path: "apps",
	component: Apps,
});

function Apps() {
	const { tenant } = appsRoute.useParams();
	const create = (
		<Link to="/tenants/$tenant/create-app" params={{ tenant }} className={buttonClass({ kind: "primary" })}>
			<Plus aria-hidden="true" />
			New application
		</Link>
	);

	return (
		<Page title="Applications" lead="Your Camel applications and where they run." aside={create}>
			<AppList
				tenant={tenant}
				create={create}
				link={(app) => (
					<Link
						to="/tenants/$tenant/apps/$app/deploy"
						params={{ tenant, app: app.name }}
						className={rowLink}
					>
						{app.display_name ?? app.name}
					</Link>
				)}
			/>
		</Page>
	);
}
