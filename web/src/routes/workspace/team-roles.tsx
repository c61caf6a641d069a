// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";

import { environmentsQuery } from "@/features/apps/api/environment";
import { RoleList } from "@/features/team/components/role-list";
import { useMay } from "@/lib/permission";
import { teamRolesRoute } from "@/routes/workspace/routes";

export default function Roles() {
	const { tenant } = teamRolesRoute.useParams();
	const may = useMay();
	const environments =
		useQuery({ ...environmentsQuery(tenant), enabled: may("app.read") }).data?.items.map(({ name }) => name) ?? [];

	return <RoleList tenant={tenant} environments={environments} />;
}
