// SPDX-License-Identifier: Apache-2.0
import { useQueryClient } from "@tanstack/react-query";
import { Outlet, useNavigate, useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";

import { Confirm } from "@/components/confirm";
import { switchTenant } from "@/features/auth/api/me";
import { Grants } from "@/lib/permission";
import { onTenantElsewhere } from "@/lib/tabs";
import { workspaceRoute } from "@/routes/workspace/routes";
import { useCurrentAccess } from "@/routes/workspace/current-access";

export default function Workspace() {
	const { tenant } = workspaceRoute.useParams();
	const [elsewhere, setElsewhere] = useState<string | null>(null);

	useEffect(
		() => onTenantElsewhere((slug) => setElsewhere(slug === tenant ? null : slug)),
		[tenant],
	);

	// While the session works elsewhere no page here may ask or show anything.
	if (elsewhere !== null && elsewhere !== tenant) {
		return <Elsewhere here={tenant} there={elsewhere} onBack={() => setElsewhere(null)} />;
	}
	return <Permitted tenant={tenant} />;
}

function Permitted({ tenant }: { tenant: string }) {
	const grants = useCurrentAccess(tenant)?.permissions ?? [];

	return (
		<Grants value={grants}>
			<Outlet />
		</Grants>
	);
}

type ElsewhereProps = { here: string; there: string; onBack: () => void };

function Elsewhere({ here, there, onBack }: ElsewhereProps) {
	const client = useQueryClient();
	const navigate = useNavigate();
	const router = useRouter();

	async function back() {
		await switchTenant(client, here);
		await router.invalidate();
		onBack();
	}

	return (
		<Confirm
			title={`Another tab works in “${there}”`}
			confirm={`Continue in ${there}`}
			onConfirm={() => void navigate({ to: "/tenants/$tenant", params: { tenant: there } })}
			cancel={{ label: `Back to ${here}`, onCancel: () => void back() }}
		>
			<p>Your session works in one tenant at a time. This tab paused, so that nothing goes to the wrong one.</p>
		</Confirm>
	);
}
