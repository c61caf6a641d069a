// SPDX-License-Identifier: Apache-2.0
import { queryOptions } from "@tanstack/react-query";

import { tenantSchema, tenantTone } from "@/features/tenants/api/tenant";
import { api } from "@/lib/api";
import { page } from "@/lib/schema";

export const tenantsQuery = queryOptions({
	queryKey: ["tenants"],
	queryFn: ({ signal }) => api(page(tenantSchema), { path: "/api/tenants", signal }),
	refetchInterval: ({ state }) =>
		state.data?.items.some((tenant) => tenantTone(tenant.state) === "busy") ? 2000 : false,
});
