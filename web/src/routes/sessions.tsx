// SPDX-License-Identifier: Apache-2.0
import { createRoute } from "@tanstack/react-router";

import { Page } from "@/components/page";
import { SessionList } from "@/features/auth/components/session-list";
import { accountRoute } from "@/routes/account";

export const sessionsRoute = createRoute({
	getParentRoute: () => accountRoute,
	path: "sessions",
	component: Sessions,
});

function Sessions() {
	return (
		<Page title="Sessions" lead="Where you are signed in. End what you do not know." narrow>
			<SessionList />
		</Page>
	);
}
