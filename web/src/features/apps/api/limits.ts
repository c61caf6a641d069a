// SPDX-License-Identifier: Apache-2.0
import { queryOptions } from "@tanstack/react-query";

import { appsKey } from "@/features/apps/api/app";
import { api } from "@/lib/api";
import { reads } from "@/lib/document";
import { z } from "@/lib/schema";

const limitsSchema = reads("JarLimits", z.object({ jar_bytes: z.number(), java_levels: z.string() }));

/** What JARs the platform takes of this tenant. */
export function limitsQuery(tenant: string) {
	return queryOptions({
		queryKey: [...appsKey(tenant), { limits: true }],
		queryFn: ({ signal }) => api(limitsSchema, { tenant, path: "/api/apps/limits", signal }),
		staleTime: 60_000,
	});
}
