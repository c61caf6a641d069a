// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { createRoute, Link, notFound, Outlet, redirect } from "@tanstack/react-router";
import { History, Rocket, ScrollText } from "lucide-react";

import { Page } from "@/components/page";
import { TabNav, tabLink } from "@/components/tab-nav";
import { appQuery } from "@/features/apps/api/app";
import { ApiError } from "@/lib/problem";
import { workspaceRoute } from "@/routes/workspace/workspace";

export const appRoute = createRoute({
	getParentRoute: () => workspaceRoute,
	path: "apps/$app",
	loader: async ({ context, params }) => {
		try {
			await context.queryClient.query({ ...appQuery(params.tenant, params.app), staleTime: 5_000 });
		} catch (error) {
			if (error instanceof ApiError && error.status === 404) throw notFound();
			throw error;
		}
	},
	component: AppPage,
});

export const appIndexRoute = createRoute({
	getParentRoute: () => appRoute,
	path: "/",
	beforeLoad: ({ params }) => {
		throw redirect({ to: "/tenants/$tenant/apps/$app/deploy", params });
	},
});

function AppPage() {
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
			<TabNav label="Application">
				<Link to="/tenants/$tenant/apps/$app/deploy" params={params} className={tabLink}>
					<Rocket aria-hidden="true" />
					Deploy
				</Link>
				<Link to="/tenants/$tenant/apps/$app/logs" params={params} className={tabLink}>
					<ScrollText aria-hidden="true" />
					Logs
				</Link>
				<Link to="/tenants/$tenant/apps/$app/versions" params={params} className={tabLink}>
					<History aria-hidden="true" />
					Versions
				</Link>
			</TabNav>
			<Outlet />
		</Page>
	);
}
