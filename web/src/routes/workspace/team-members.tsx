// SPDX-License-Identifier: Apache-2.0
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import { meQuery } from "@/features/auth/api/me";
import { MemberList } from "@/features/team/components/member-list";
import { teamMembersRoute } from "@/routes/workspace/routes";

export default function Members() {
	const { tenant } = teamMembersRoute.useParams();
	const me = useQuery(meQuery).data?.account.id ?? "";
	const client = useQueryClient();
	const navigate = useNavigate();

	async function left() {
		await client.invalidateQueries({ queryKey: meQuery.queryKey });
		await navigate({ to: "/tenants" });
	}
	return <MemberList tenant={tenant} me={me} onLeft={() => void left()} />;
}
