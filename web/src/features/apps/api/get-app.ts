// SPDX-License-Identifier: Apache-2.0
import { queryOptions } from "@tanstack/react-query";

import { appKey, appPath, appSchema } from "@/features/apps/api/app";
import { api } from "@/lib/api";

export function appQuery(tenant: string, app: string) {
	return queryOptions({
		queryKey: appKey(tenant, app),
		queryFn: ({ signal }) => api(appSchema, { path: appPath(app), signal }),
	});
}
