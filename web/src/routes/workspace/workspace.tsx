// SPDX-License-Identifier: Apache-2.0
/*
 * Everything below /tenants/{tenant}: the session is bound to that tenant
 * before a page of it loads.
 */
import { useQueryClient } from "@tanstack/react-query";
import { createRoute, notFound, Outlet, useNavigate, useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";

import { Confirm } from "@/components/confirm";
import { switchTenant } from "@/features/auth/api/me";
import { ApiError } from "@/lib/problem";
import { onTenantElsewhere } from "@/lib/tabs";
import { accountRoute } from "@/routes/account/account";

export const workspaceRoute = createRoute({
	getParentRoute: () => accountRoute,
	path: "tenants/$tenant",
	beforeLoad: async ({ context, params }) => {
		if (context.me.tenant === params.tenant) return;
		try {
			await switchTenant(context.queryClient, params.tenant);
		} catch (error) {
			if (error instanceof ApiError && [403, 404, 422].includes(error.status)) throw notFound();
			throw error;
		}
	},
	component: Workspace,
});

function Workspace() {
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
	return <Outlet />;
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
			confirm={`Go on in ${there}`}
			onConfirm={() => void navigate({ to: "/tenants/$tenant/apps", params: { tenant: there } })}
			cancel={{ label: `Back to ${here}`, onCancel: () => void back() }}
		>
			<p>Your session works in one tenant at a time. This tab paused, so that nothing goes astray.</p>
		</Confirm>
	);
}
