// SPDX-License-Identifier: Apache-2.0
import { useQuery, useQueryClient } from "@tanstack/react-query";

import { meQuery } from "@/features/auth/api/me";
import { MemberList } from "@/features/team/components/member-list";
import { asking, wantedOf } from "@/routes/wanted";
import { teamMembersRoute } from "@/routes/workspace/routes";

export default function Members() {
	const { tenant } = teamMembersRoute.useParams();
	const me = useQuery(meQuery).data?.account.id ?? "";
	const client = useQueryClient();
	const search = teamMembersRoute.useSearch();
	const navigate = teamMembersRoute.useNavigate();

	async function left() {
		await client.invalidateQueries({ queryKey: meQuery.queryKey });
		await navigate({ to: "/tenants" });
	}
	return (
		<MemberList
			tenant={tenant}
			me={me}
			wanted={wantedOf(search)}
			onWanted={(next) => void navigate(asking(next))}
			onLeft={() => void left()}
		/>
	);
}
