// SPDX-License-Identifier: Apache-2.0

import { InvitationList, InviteForm } from "@/features/team/components/invitations";
import { useMay } from "@/lib/permission";
import { teamInvitationsRoute } from "@/routes/workspace/routes";

export default function Invitations() {
	const { tenant } = teamInvitationsRoute.useParams();
	const may = useMay();

	return (
		<>
			{may("member.manage") && <InviteForm tenant={tenant} />}
			<InvitationList tenant={tenant} />
		</>
	);
}
