// SPDX-License-Identifier: Apache-2.0
import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";

import { api } from "@/lib/api";
import { useChange } from "@/lib/change";
import { reads } from "@/lib/document";
import { nothing, page, time, z } from "@/lib/schema";
import { everythingByName, wantedQuery } from "@/lib/wanted";

const serviceSchema = reads("ServiceAccount", z.object({
	id: z.string(),
	name: z.string(),
	role: z.string(),
	tokens: z.int(),
	created_at: z.nullish(time),
	used_at: z.nullish(time),
}));

export type Service = z.output<typeof serviceSchema>;

const servicesKey = (tenant: string) => ["tenant", tenant, "services"] as const;
const path = "/api/auth/service-accounts";

export function servicesQuery(tenant: string, wanted = everythingByName) {
	return infiniteQueryOptions({
		queryKey: [...servicesKey(tenant), wanted],
		queryFn: ({ pageParam, signal }) =>
			api(page(serviceSchema), {
				tenant,
				path,
				query: { limit: 100, ...wantedQuery(wanted), after: pageParam },
				signal,
			}),
		placeholderData: keepPreviousData,
		initialPageParam: null as string | null,
		getNextPageParam: (last) => last.next,
	});
}

export function useMakeService(tenant: string) {
	return useChange(
		(body: { name: string; role: string }) => api(nothing, { tenant, method: "POST", path, body }),
		[servicesKey(tenant)],
	);
}

export function useRemoveService(tenant: string) {
	return useChange(
		(id: string) => api(nothing, { tenant, method: "DELETE", path: `${path}/${encodeURIComponent(id)}` }),
		[servicesKey(tenant)],
	);
}
