// SPDX-License-Identifier: Apache-2.0
import { type QueryClient, queryOptions } from "@tanstack/react-query";

import { fetchMe } from "@/features/auth/api/account";
import { sessionsQuery } from "@/features/auth/api/session";
import { api } from "@/lib/api";
import { useChange } from "@/lib/change";
import { unexpected } from "@/lib/problem";
import { nothing } from "@/lib/schema";
import { announceTenant } from "@/lib/tabs";

const accessKey = (tenant: string) => ["tenant", tenant, "access"] as const;

export const meQuery = queryOptions({
	queryKey: ["me"],
	queryFn: async ({ client, signal }) => {
		const { account, tenant, rule, permissions } = await fetchMe(signal);

		if (tenant !== null) client.setQueryData(accessQuery(tenant).queryKey, { rule, permissions });
		return { account, tenant };
	},
	staleTime: 5 * 60_000,
});

/** What the account may do in a tenant. */
export function accessQuery(tenant: string) {
	return queryOptions({
		queryKey: accessKey(tenant),
		queryFn: async ({ signal }) => {
			const { rule, permissions, tenant: answered } = await fetchMe(signal);

			// Another tab has switched the session: the answer is for its tenant.
			if (answered !== tenant) throw unexpected(200, undefined);
			return { rule, permissions };
		},
		staleTime: 30_000,
	});
}

/** After a refusal: asks again what the account may do, at most every 30 s. */
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

/** Binds the session to a tenant and informs the other tabs. */
export async function switchTenant(client: QueryClient, tenant: string): Promise<void> {
	await api(nothing, { method: "POST", path: "/api/auth/switch", body: { tenant } });
	client.setQueryData(meQuery.queryKey, (me) => (me ? { ...me, tenant } : me));
	announceTenant(tenant);
}
