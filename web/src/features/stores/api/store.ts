// SPDX-License-Identifier: Apache-2.0
import { queryOptions } from "@tanstack/react-query";

import { api } from "@/lib/api";
import { useChange } from "@/lib/change";
import { reads } from "@/lib/document";
import { page, time, z } from "@/lib/schema";

const storeSchema = reads("Store", z.object({
	kind: z.string(),
	renewing: z.boolean(),
	renewed_at: z.nullable(time),
}));

const renewalSchema = reads("StoreRenewal", z.object({ operation: z.string() }));

export type Store = z.output<typeof storeSchema>;

const names: Record<string, string> = { postgres: "PostgreSQL" };

export function storeName({ kind }: Store): string {
	return names[kind] ?? kind;
}

export function storesQuery(tenant: string) {
	return queryOptions({
		queryKey: ["tenant", tenant, "stores"],
		queryFn: ({ signal }) => api(page(storeSchema), { tenant, path: "/api/tenants/stores", signal }),
		refetchInterval: ({ state }) => (state.data?.items.some(({ renewing }) => renewing) ? 2_000 : 30_000),
	});
}

/** New passwords for all stores; the operation appears in the tenant's status. */
export function useRenewStores(tenant: string) {
	return useChange(
		() => api(renewalSchema, { tenant, method: "POST", path: "/api/tenants/stores/renew" }),
		[["tenant", tenant]],
	);
}
