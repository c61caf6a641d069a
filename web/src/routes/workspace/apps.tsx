// SPDX-License-Identifier: Apache-2.0
import { Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";

import { buttonClass } from "@/components/button";
import { GivenName } from "@/components/given-name";
import { Page } from "@/components/page";
import { rowLink } from "@/components/rows";
import { AppList } from "@/features/apps/components/app-list";
import { newApplication, useMay } from "@/lib/permission";
import { asking, wantedOf } from "@/routes/wanted";
import { appsRoute } from "@/routes/workspace/routes";

export default function Apps() {
	const search = appsRoute.useSearch();
	const navigate = appsRoute.useNavigate();
	const { tenant } = appsRoute.useParams();
	const create = useMay()("app.manage", undefined, newApplication) && (
		<Link to="/tenants/$tenant/create-app" params={{ tenant }} className={buttonClass({ kind: "primary" })}>
			<Plus aria-hidden="true" />
			New application
		</Link>
	);

	return (
		<Page title="Applications" lead="Your Camel applications and where they run." aside={create}>
			<AppList wanted={wantedOf(search)} onWanted={(next) => void navigate(asking(next))}
				tenant={tenant}
				create={create}
				link={(app) => (
					<Link
						to="/tenants/$tenant/apps/$app/deploy"
						params={{ tenant, app: app.name }}
						className={rowLink}
					>
						<GivenName>{app.display_name ?? app.name}</GivenName>
					</Link>
				)}
			/>
		</Page>
	);
}
