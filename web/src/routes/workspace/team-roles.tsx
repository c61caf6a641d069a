// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { createRoute } from "@tanstack/react-router";

import { environmentsQuery } from "@/features/apps/api/environment";
import { RoleList } from "@/features/team/components/role-list";
import { useMeHere } from "@/routes/workspace/role-here";
import { teamRoute } from "@/routes/workspace/team";

export const teamRolesRoute = createRoute({
	getParentRoute: () => teamRoute,
	path: "roles",
	component: Roles,
});

function Roles() {
	const { tenant } = teamRolesRoute.useParams();
	const environments = useQuery(environmentsQuery(tenant)).data?.items.map(({ name }) => name) ?? [];

	return <RoleList tenant={tenant} role={useMeHere(tenant).role} environments={environments} />;
}
