// SPDX-License-Identifier: Apache-2.0
import { queryOptions } from "@tanstack/react-query";

import { appsKey } from "@/features/apps/api/app";
import { api } from "@/lib/api";
import { reads } from "@/lib/document";
import { page, z } from "@/lib/schema";

const environmentSchema = reads("Environment", z.object({ name: z.string() }));

export function environmentsQuery(tenant: string) {
	return queryOptions({
		queryKey: [...appsKey(tenant), { environments: true }],
		queryFn: ({ signal }) =>
			api(page(environmentSchema), { tenant, path: "/api/apps/environments", signal }),
		staleTime: 60_000,
	});
}

/** Does a deploy there touch what customers use? */
export function isProduction(environment: string): boolean {
	return /^(prod|production|live)$/i.test(environment);
}
