// SPDX-License-Identifier: Apache-2.0
import { Outlet } from "@tanstack/react-router";

import { Grants } from "@/lib/permission";
import { useCurrentAccess } from "@/routes/workspace/current-access";
import { RemovedPage } from "@/routes/workspace/removed";
import { workspaceRoute } from "@/routes/workspace/routes";

export default function Workspace() {
	const { tenant } = workspaceRoute.useParams();
	const { access, removed } = useCurrentAccess(tenant);
	const grants = access?.permissions ?? [];

	if (removed) return <RemovedPage tenant={tenant} />;

	return (
		<Grants value={grants}>
			<Outlet />
		</Grants>
	);
}
