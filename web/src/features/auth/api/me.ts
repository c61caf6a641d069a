// SPDX-License-Identifier: Apache-2.0
import { type QueryClient, type QueryKey, queryOptions, useQuery } from "@tanstack/react-query";

import { fetchMe } from "@/features/auth/api/account";
import { sessionsQuery } from "@/features/auth/api/session";
import { api } from "@/lib/api";
import { useChange } from "@/lib/change";
import { nothing } from "@/lib/schema";

const accessKey = (tenant: string) => ["tenant", tenant, "access"] as const;

/** The account; outside of a tenant only operators have permissions. */
export const meQuery = queryOptions({
	queryKey: ["me"],
	queryFn: async ({ signal }) => {
		const { account, permissions } = await fetchMe(signal);

		return { account, permissions };
	},
	staleTime: 5 * 60_000,
});

/** Operators of the platform belong to no tenant, and make none. */
export function useOperator(): boolean {
	return useQuery(meQuery).data?.permissions.some(({ name }) => name.startsWith("platform.")) ?? false;
}

/** The account's permissions in a tenant. */
export function accessQuery(tenant: string) {
	return queryOptions({
		queryKey: accessKey(tenant),
		queryFn: async ({ signal }) => {
			const { rule, permissions } = await fetchMe(signal, tenant);

			return { rule, permissions };
		},
		staleTime: 30_000,
	});
}

/** What shows that somebody was removed: the access, and one's own tenants. */
export function isMembership({ queryKey }: { queryKey: QueryKey }): boolean {
	return queryKey[0] === "tenants" || (queryKey[0] === "tenant" && queryKey[2] === "access");
}

/** After a refusal: reads the permissions again, at most every 30 s. */
export function refreshAccess(client: QueryClient): void {
	void client.refetchQueries({
		predicate: ({ queryKey }) => queryKey[0] === "tenant" && queryKey[2] === "access",
		stale: true,
		type: "active",
	});
}

export function useRenameMe() {
	return useChange(
		(name: string) => api(nothing, { method: "PATCH", path: "/api/auth/me", body: { name } }),
		[meQuery.queryKey],
	);
}

export function useChangeEmail() {
	return useChange((email: string) =>
		api(nothing, { method: "POST", path: "/api/auth/me/email", body: { email } }),
	);
}

type Change = { old: string; new: string };

export function useChangePassword() {
	return useChange(
		(body: Change) => api(nothing, { method: "POST", path: "/api/auth/me/password", body }),
		[sessionsQuery.queryKey],
	);
}
