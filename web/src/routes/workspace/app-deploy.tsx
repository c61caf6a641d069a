// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { createRoute, Link } from "@tanstack/react-router";

import { EnvironmentList } from "@/features/apps/components/environment-list";
import { ReleaseList } from "@/features/apps/components/release-list";
import { UploadBox } from "@/features/apps/components/upload-box";
import { tenantsQuery } from "@/features/tenants/api/tenant";
import { mayDeploy } from "@/lib/roles";
import { appRoute } from "@/routes/workspace/app";

export const appDeployRoute = createRoute({
	getParentRoute: () => appRoute,
	path: "deploy",
	component: Deploy,
});

function Deploy() {
	const { tenant, app } = appDeployRoute.useParams();
	const role = useQuery(tenantsQuery).data?.items.find(({ slug }) => slug === tenant)?.role;
	const may = mayDeploy(role);

	return (
		<>
			{may && <UploadBox key={app} tenant={tenant} app={app} />}
			<EnvironmentList tenant={tenant} app={app} mayDeploy={may} />
			<ReleaseList
				tenant={tenant}
				app={app}
				brief={{
					count: 5,
					rest: (
						<Link to="/tenants/$tenant/apps/$app/versions" params={{ tenant, app }}>
							All versions
						</Link>
					),
				}}
			/>
		</>
	);
}
