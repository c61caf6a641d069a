// SPDX-License-Identifier: Apache-2.0
import { createRoute, Link, Outlet, redirect } from "@tanstack/react-router";
import { KeySquare, MailPlus, UserRound, UsersRound } from "lucide-react";

import { Page } from "@/components/page";
import { TabNav, tabLink } from "@/components/tab-nav";
import { workspaceRoute } from "@/routes/workspace/workspace";

export const teamRoute = createRoute({
	getParentRoute: () => workspaceRoute,
	path: "team",
	component: Team,
});

export const teamIndexRoute = createRoute({
	getParentRoute: () => teamRoute,
	path: "/",
	beforeLoad: ({ params }) => {
		throw redirect({ to: "/tenants/$tenant/team/members", params });
	},
});

function Team() {
	const params = teamRoute.useParams();

	return (
		<Page title="Team" lead="Who works in this tenant, and what each may do.">
			<TabNav label="Team">
				<Link to="/tenants/$tenant/team/members" params={params} className={tabLink}>
					<UserRound aria-hidden="true" />
					Members
				</Link>
				<Link to="/tenants/$tenant/team/invitations" params={params} className={tabLink}>
					<MailPlus aria-hidden="true" />
					Invitations
				</Link>
				<Link to="/tenants/$tenant/team/teams" params={params} className={tabLink}>
					<UsersRound aria-hidden="true" />
					Teams
				</Link>
				<Link to="/tenants/$tenant/team/roles" params={params} className={tabLink}>
					<KeySquare aria-hidden="true" />
					Roles
				</Link>
			</TabNav>
			<Outlet />
		</Page>
	);
}
