// SPDX-License-Identifier: Apache-2.0
import { queryOptions } from "@tanstack/react-query";

import { appKey, appPath, appSchema } from "@/features/apps/api/app";
import { api } from "@/lib/api";
import { z } from "@/lib/schema";

const answerSchema = z.union([z.object({ app: appSchema }).transform(({ app }) => app), appSchema]);

export function appQuery(tenant: string, app: string) {
	return queryOptions({
		queryKey: appKey(tenant, app),
		queryFn: ({ signal }) => api(answerSchema, { path: appPath(app), signal }),
	});
}
