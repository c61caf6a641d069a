// SPDX-License-Identifier: Apache-2.0
import { Link } from "@tanstack/react-router";

import { rowLink } from "@/components/rows";
import { TeamList } from "@/features/team/components/team-list";
import { teamTeamsRoute } from "@/routes/workspace/routes";

export default function Teams() {
	const { tenant } = teamTeamsRoute.useParams();

	return (
		<TeamList
			tenant={tenant}
			link={(team) => (
				<Link to="/tenants/$tenant/teams/$team" params={{ tenant, team: team.id }} className={rowLink}>
					{team.name}
				</Link>
			)}
		/>
	);
}
