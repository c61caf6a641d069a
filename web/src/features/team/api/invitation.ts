// SPDX-License-Identifier: Apache-2.0
import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";

import type { RoleChoice } from "@/features/team/api/member";
import { api } from "@/lib/api";
import { useChange } from "@/lib/change";
import { reads } from "@/lib/document";
import { nothing, page, time, z } from "@/lib/schema";
import { everythingByName, wantedQuery } from "@/lib/wanted";

const invitationSchema = reads("Invitation", z.object({
	id: z.string(),
	email: z.string(),
	role: z.string(),
	custom_role: z.nullish(z.string()),
	team_name: z.nullish(z.string()),
	inviter: z.nullish(z.string()),
	sent_at: z.nullish(time),
	expired: z.boolean(),
}));

export type Invitation = z.output<typeof invitationSchema>;

const invitationsKey = (tenant: string) => ["tenant", tenant, "invitations"] as const;
const path = "/api/tenants/invitations";

export function invitationsQuery(tenant: string, wanted = everythingByName) {
	return infiniteQueryOptions({
		queryKey: [...invitationsKey(tenant), wanted],
		queryFn: ({ pageParam, signal }) =>
			api(page(invitationSchema), {
				tenant,
				path,
				query: { ...wantedQuery(wanted), after: pageParam },
				signal,
			}),
		placeholderData: keepPreviousData,
		initialPageParam: null as string | null,
		getNextPageParam: (last) => last.next,
	});
}

export function useInvite(tenant: string) {
	return useChange(
		(body: { email: string; team?: string } & RoleChoice) => api(nothing, { tenant, method: "POST", path, body }),
		[invitationsKey(tenant)],
	);
}

export function useResendInvitation(tenant: string) {
	return useChange(
		(id: string) => api(nothing, { tenant, method: "POST", path: `${path}/${encodeURIComponent(id)}/resend`, body: {} }),
		[invitationsKey(tenant)],
	);
}

export function useRevokeInvitation(tenant: string) {
	return useChange(
		(id: string) => api(nothing, { tenant, method: "DELETE", path: `${path}/${encodeURIComponent(id)}` }),
		[invitationsKey(tenant)],
	);
}
