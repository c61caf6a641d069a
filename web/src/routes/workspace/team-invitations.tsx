// SPDX-License-Identifier: Apache-2.0
import { createRoute } from "@tanstack/react-router";

import { InvitationList, InviteForm } from "@/features/team/components/invitations";
import { useMay } from "@/features/team/components/may";
import { useMeHere } from "@/routes/workspace/role-here";
import { teamRoute } from "@/routes/workspace/team";

export const teamInvitationsRoute = createRoute({
	getParentRoute: () => teamRoute,
	path: "invitations",
	component: Invitations,
});

function Invitations() {
	const { tenant } = teamInvitationsRoute.useParams();
	const may = useMay(tenant, useMeHere(tenant).role);

	return (
		<>
			{may("member.manage") && <InviteForm tenant={tenant} />}
			<InvitationList tenant={tenant} />
		</>
	);
}
