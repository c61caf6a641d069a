// SPDX-License-Identifier: Apache-2.0
import { createRoute } from "@tanstack/react-router";

import { Page } from "@/components/page";
import { DeviceApproval } from "@/features/auth/components/device-approval";
import { z } from "@/lib/schema";
import { accountRoute } from "@/routes/account";

export const deviceRoute = createRoute({
	getParentRoute: () => accountRoute,
	path: "device",
	validateSearch: z.object({ user_code: z.string().max(20).optional().catch(undefined) }),
	component: Device,
});

function Device() {
	const { user_code = "" } = deviceRoute.useSearch();

	return (
		<Page title="Let a program in" lead="A program that you started waits for your word." narrow>
			<DeviceApproval key={user_code} initial={user_code} />
		</Page>
	);
}
