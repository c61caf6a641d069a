// SPDX-License-Identifier: Apache-2.0
import { Outlet } from "@tanstack/react-router";

import { Grants } from "@/lib/permission";
import { useCurrentAccess } from "@/routes/workspace/current-access";
import { workspaceRoute } from "@/routes/workspace/routes";

export default function Workspace() {
	const { tenant } = workspaceRoute.useParams();
	const grants = useCurrentAccess(tenant)?.permissions ?? [];

	return (
		<Grants value={grants}>
			<Outlet />
		</Grants>
	);
}
