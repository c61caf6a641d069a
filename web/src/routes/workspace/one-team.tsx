// SPDX-License-Identifier: Apache-2.0
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { Page } from "@/components/page";
import { appsQuery } from "@/features/apps/api/app";
import { teamQuery } from "@/features/team/api/team";
import { TeamView } from "@/features/team/components/team-view";
import { useMay } from "@/lib/permission";
import { oneTeamRoute } from "@/routes/workspace/routes";

export default function OneTeam() {
	const { tenant, team } = oneTeamRoute.useParams();
	const navigate = useNavigate();
	const may = useMay();
	const [q, setQ] = useState("");
	const found = useInfiniteQuery({
		...appsQuery(tenant, { q, sort: "name" }),
		enabled: may("team.manage") && may("app.read"),
		refetchInterval: false,
	});
	const apps = found.data?.pages.flatMap(({ items }) => items) ?? [];
	const name = useQuery(teamQuery(tenant, team)).data?.name;

	return (
		<Page
			title={name ?? "Team"}
			trail={[
				<Link key="teams" to="/tenants/$tenant/team/teams" params={{ tenant }}>
					Teams
				</Link>,
			]}
		>
			<TeamView
				tenant={tenant}
				id={team}
				applications={{
					things: apps.map((app) => ({ id: app.name, title: app.display_name ?? app.name })),
					finding: { q, onQ: setQ, more: found.hasNextPage },
				}}
				onRemoved={() => void navigate({ to: "/tenants/$tenant/team/teams", params: { tenant } })}
			/>
		</Page>
	);
}
