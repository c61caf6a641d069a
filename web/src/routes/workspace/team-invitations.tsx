// SPDX-License-Identifier: Apache-2.0

import { InvitationList, InviteForm } from "@/features/team/components/invitations";
import { useMay } from "@/lib/permission";
import { asking, wantedOf } from "@/routes/wanted";
import { teamInvitationsRoute } from "@/routes/workspace/routes";

export default function Invitations() {
	const search = teamInvitationsRoute.useSearch();
	const navigate = teamInvitationsRoute.useNavigate();
	const { tenant } = teamInvitationsRoute.useParams();
	const may = useMay();

	return (
		<>
			{may("member.manage") && <InviteForm tenant={tenant} />}
			<InvitationList wanted={wantedOf(search)} onWanted={(next) => void navigate(asking(next))} tenant={tenant} />
		</>
	);
}
