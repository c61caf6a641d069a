// SPDX-License-Identifier: Apache-2.0
import { Outlet } from "@tanstack/react-router";
import { use } from "react";

import { Page } from "@/components/page";
import { Grants } from "@/lib/permission";
import { tokenTabs } from "@/routes/nav";
import { Tabs } from "@/routes/nav-links";
import { tokensRoute } from "@/routes/workspace/routes";

export default function TokensLayout() {
	return (
		<Page title="Tokens" lead="Programs work in this tenant with a token, which has scopes and expires.">
			<Tabs table={tokenTabs} grants={use(Grants)} params={tokensRoute.useParams()} />
			<Outlet />
		</Page>
	);
}
