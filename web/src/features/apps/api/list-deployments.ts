// SPDX-License-Identifier: Apache-2.0
import { queryOptions } from "@tanstack/react-query";

import { appKey, appPath } from "@/features/apps/api/app";
import { deploymentSchema, deploymentTone } from "@/features/apps/api/deployment";
import { api } from "@/lib/api";
import { page } from "@/lib/schema";

export function deploymentsQuery(tenant: string, app: string) {
	return queryOptions({
		queryKey: [...appKey(tenant, app), "deployments"],
		queryFn: ({ signal }) =>
			api(page(deploymentSchema), { path: `${appPath(app)}/deployments`, signal }),
		refetchInterval: ({ state }) =>
			state.data?.items.some((item) => deploymentTone(item) === "busy") ? 1000 : 2000,
	});
}
