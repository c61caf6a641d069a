// SPDX-License-Identifier: Apache-2.0
import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";

import { api } from "@/lib/api";
import { useChange } from "@/lib/change";
import { reads } from "@/lib/document";
import { nothing, page, time, z } from "@/lib/schema";
import { everythingByName, wantedQuery } from "@/lib/wanted";

const memberSchema = reads("Member", z.object({
	id: z.string(),
	kind: z.string(),
	email: z.nullish(z.string()),
	name: z.string(),
	role: z.string(),
	custom_role: z.nullish(z.string()),
	state: z.string(),
	/** Locked after too many wrong passwords, until this time. */
	locked_until: z.nullish(time),
	version: z.optional(z.int()),
	created_at: z.nullish(time),
}));

export type Member = z.output<typeof memberSchema>;

/** A preset role or a custom role. */
export type RoleChoice = { role: string } | { custom_role: string };

const membersKey = (tenant: string) => ["tenant", tenant, "members"] as const;
const memberPath = (id: string) => `/api/tenants/members/${encodeURIComponent(id)}`;

export function membersQuery(tenant: string, wanted = everythingByName) {
	return infiniteQueryOptions({
		queryKey: [...membersKey(tenant), wanted],
		queryFn: ({ pageParam, signal }) =>
			api(page(memberSchema), {
				tenant,
				path: "/api/tenants/members",
				query: { ...wantedQuery(wanted), after: pageParam },
				signal,
			}),
		placeholderData: keepPreviousData,
		initialPageParam: null as string | null,
		getNextPageParam: (last) => last.next,
	});
}

export function useChangeRole(tenant: string, { id, version }: Member) {
	return useChange(
		(body: RoleChoice) => api(nothing, { tenant, method: "PATCH", path: memberPath(id), body, version }),
		[membersKey(tenant)],
	);
}

/** With one's own id: leaves the tenant. */
export function useRemoveMember(tenant: string) {
	return useChange(
		(id: string) => api(nothing, { tenant, method: "DELETE", path: memberPath(id) }),
		[membersKey(tenant), ["tenants"]],
	);
}

export function useUnlockMember(tenant: string) {
	return useChange(
		(id: string) => api(nothing, { tenant, method: "POST", path: `${memberPath(id)}/unlock`, body: {} }),
		[membersKey(tenant)],
	);
}

export function useTransferOwnership(tenant: string) {
	return useChange(
		(account: string) => api(nothing, { tenant, method: "POST", path: "/api/tenants/ownership", body: { account } }),
		[membersKey(tenant), ["tenants"], ["me"]],
	);
}
