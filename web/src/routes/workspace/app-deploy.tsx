// SPDX-License-Identifier: Apache-2.0
import { Link } from "@tanstack/react-router";

import { EnvironmentList } from "@/features/apps/components/environment-list";
import { HealthForm } from "@/features/apps/components/health-form";
import { ReleaseList } from "@/features/apps/components/release-list";
import { UploadBox } from "@/features/apps/components/upload-box";
import { useMay } from "@/lib/permission";
import { appDeployRoute } from "@/routes/workspace/routes";

export default function Deploy() {
	const { tenant, app } = appDeployRoute.useParams();
	const may = useMay();

	return (
		<>
			{may("app.deploy", undefined, app) && <UploadBox key={app} tenant={tenant} app={app} />}
			<EnvironmentList tenant={tenant} app={app} />
			{may("app.manage", undefined, app) && <HealthForm key={app} tenant={tenant} app={app} />}
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
