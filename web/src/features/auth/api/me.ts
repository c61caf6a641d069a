// SPDX-License-Identifier: Apache-2.0
import { type QueryClient, queryOptions } from "@tanstack/react-query";

import { accountSchema } from "@/features/auth/api/account";
import { sessionsQuery } from "@/features/auth/api/session";
import { api } from "@/lib/api";
import { useChange } from "@/lib/change";
import { nothing, z } from "@/lib/schema";
import { announceTenant } from "@/lib/tabs";

const meSchema = z.object({
	account: accountSchema,
	/** The tenant that the session's token is bound to. */
	tenant: z.string().nullable(),
});

export const meQuery = queryOptions({
	queryKey: ["me"],
	queryFn: ({ signal }) => api(meSchema, { path: "/api/auth/me", signal }),
	staleTime: 5 * 60_000,
});

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

/** Binds the session to a tenant, and lets this browser's other tabs know. */
export async function switchTenant(client: QueryClient, tenant: string): Promise<void> {
	await api(nothing, { method: "POST", path: "/api/auth/switch", body: { tenant } });
	client.setQueryData(meQuery.queryKey, (me) => (me ? { ...me, tenant } : me));
	announceTenant(tenant);
}
