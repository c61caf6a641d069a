// SPDX-License-Identifier: Apache-2.0
import { Outlet } from "@tanstack/react-router";
import { use } from "react";

import { Page } from "@/components/page";
import { Grants } from "@/lib/permission";
import { teamTabs } from "@/routes/nav";
import { Tabs } from "@/routes/nav-links";
import { teamRoute } from "@/routes/workspace/routes";

export default function TeamLayout() {
	return (
		<Page title="Team" lead="Who works in this tenant, and what each of them may do.">
			<Tabs table={teamTabs} grants={use(Grants)} params={teamRoute.useParams()} />
			<Outlet />
		</Page>
	);
}
