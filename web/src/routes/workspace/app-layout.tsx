// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet } from "@tanstack/react-router";
import { use } from "react";

import { Page } from "@/components/page";
import { appQuery } from "@/features/apps/api/app";
import { Grants } from "@/lib/permission";
import { appTabs } from "@/routes/nav";
import { Tabs } from "@/routes/nav-links";
import { appRoute } from "@/routes/workspace/routes";

export default function AppLayout() {
	const params = appRoute.useParams();
	const app = useQuery(appQuery(params.tenant, params.app)).data;

	return (
		<Page
			title={app?.display_name ?? params.app}
			trail={[
				<Link key="apps" to="/tenants/$tenant/apps" params={params}>
					Applications
				</Link>,
			]}
			lead={<code>{params.app}</code>}
		>
			<Tabs table={appTabs} grants={use(Grants)} params={params} />
			<Outlet />
		</Page>
	);
}
