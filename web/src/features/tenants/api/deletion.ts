// SPDX-License-Identifier: Apache-2.0
import { queryOptions } from "@tanstack/react-query";

import { tenantsQuery } from "@/features/tenants/api/tenant";
import { api, apiText } from "@/lib/api";
import { useChange } from "@/lib/change";
import { reads } from "@/lib/document";
import { nothing, time, z } from "@/lib/schema";

const deletionSchema = reads("TenantDeletion", z.object({
	asked_at: time,
	ends_at: time,
}));

/** Since when the tenant is leaving, and until when it can stay. */
export function deletionQuery(tenant: string) {
	return queryOptions({
		queryKey: ["tenant", tenant, "deletion"],
		queryFn: ({ signal }) => api(deletionSchema, { tenant, path: "/api/tenants/deletion", signal }),
	});
}

/** What there is of the tenant, as JSON. */
export function useTenantData(tenant: string) {
	return useChange(async () => (await apiText({ tenant, path: "/api/tenants/data" })).text);
}

/** Deletes the tenant, or takes that back. */
export function useTenantDeletion(tenant: string) {
	return useChange(
		(path: "/api/tenants/current" | "/api/tenants/deletion") => api(nothing, { tenant, method: "DELETE", path }),
		[tenantsQuery.queryKey, ["tenant", tenant]],
	);
}
