// SPDX-License-Identifier: Apache-2.0
import { queryOptions } from "@tanstack/react-query";

import { isFinal, operationSchema } from "@/features/tenants/api/operation";
import { api } from "@/lib/api";

export function operationQuery(tenant: string, id: string) {
	return queryOptions({
		queryKey: ["tenant", tenant, "operations", id],
		queryFn: ({ signal }) =>
			api(operationSchema, { path: `/api/tenants/operations/${encodeURIComponent(id)}`, signal }),
		refetchInterval: ({ state }) => (state.data && isFinal(state.data) ? false : 1000),
	});
}
