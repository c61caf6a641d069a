// SPDX-License-Identifier: Apache-2.0
import { Link } from "@tanstack/react-router";

import { GivenName } from "@/components/given-name";
import { rowLink } from "@/components/rows";
import { TeamList } from "@/features/team/components/team-list";
import { asking, wantedOf } from "@/routes/wanted";
import { teamTeamsRoute } from "@/routes/workspace/routes";

export default function Teams() {
	const search = teamTeamsRoute.useSearch();
	const navigate = teamTeamsRoute.useNavigate();
	const { tenant } = teamTeamsRoute.useParams();

	return (
		<TeamList wanted={wantedOf(search)} onWanted={(next) => void navigate(asking(next))}
			tenant={tenant}
			link={(team) => (
				<Link to="/tenants/$tenant/teams/$team" params={{ tenant, team: team.id }} className={rowLink}>
					<GivenName>{team.name}</GivenName>
				</Link>
			)}
		/>
	);
}
