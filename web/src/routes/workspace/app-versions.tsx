// SPDX-License-Identifier: Apache-2.0
import { createRoute } from "@tanstack/react-router";

import { ReleaseList } from "@/features/apps/components/release-list";
import { appRoute } from "@/routes/workspace/app";

export const appVersionsRoute = createRoute({
	getParentRoute: () => appRoute,
	path: "versions",
	component: Versions,
});

function Versions() {
	const { tenant, app } = appVersionsRoute.useParams();

	return <ReleaseList tenant={tenant} app={app} />;
}
