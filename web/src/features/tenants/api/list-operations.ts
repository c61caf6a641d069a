// SPDX-License-Identifier: Apache-2.0
import { queryOptions } from "@tanstack/react-query";

import { isFinal, operationSchema } from "@/features/tenants/api/operation";
import { api } from "@/lib/api";
import { page } from "@/lib/schema";

/** The tenant's operations, the newest first. */
export function operationsQuery(tenant: string) {
	return queryOptions({
		queryKey: ["tenant", tenant, "operations"],
		queryFn: ({ signal }) =>
			api(page(operationSchema), { path: "/api/tenants/operations", query: { limit: 20 }, signal }),
		refetchInterval: ({ state }) => (state.data?.items.every(isFinal) ? 10_000 : 2000),
	});
}
