// SPDX-License-Identifier: Apache-2.0
import { useQueryClient } from "@tanstack/react-query";
import { createRoute, useNavigate } from "@tanstack/react-router";

import { meQuery } from "@/features/auth/api/me";
import { MemberList } from "@/features/team/components/member-list";
import { useMeHere } from "@/routes/workspace/role-here";
import { teamRoute } from "@/routes/workspace/team";

export const teamMembersRoute = createRoute({
	getParentRoute: () => teamRoute,
	path: "members",
	component: Members,
});

function Members() {
	const { tenant } = teamMembersRoute.useParams();
	const me = useMeHere(tenant);
	const client = useQueryClient();
	const navigate = useNavigate();

	async function left() {
		await client.invalidateQueries({ queryKey: meQuery.queryKey });
		await navigate({ to: "/tenants" });
	}
	return <MemberList tenant={tenant} me={me} onLeft={() => void left()} />;
}
