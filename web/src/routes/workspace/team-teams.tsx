// SPDX-License-Identifier: Apache-2.0
import { createRoute, Link } from "@tanstack/react-router";

import { rowLink } from "@/components/rows";
import { TeamList } from "@/features/team/components/team-list";
import { useMeHere } from "@/routes/workspace/role-here";
import { teamRoute } from "@/routes/workspace/team";

export const teamTeamsRoute = createRoute({
	getParentRoute: () => teamRoute,
	path: "teams",
	component: Teams,
});

function Teams() {
	const { tenant } = teamTeamsRoute.useParams();

	return (
		<TeamList
			tenant={tenant}
			role={useMeHere(tenant).role}
			link={(team) => (
				<Link to="/tenants/$tenant/teams/$team" params={{ tenant, team: team.id }} className={rowLink}>
					{team.name}
				</Link>
			)}
		/>
	);
}
