// SPDX-License-Identifier: Apache-2.0
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api } from "@/lib/api";
import { useChange } from "@/lib/change";
import { reads } from "@/lib/document";
import { nothing, page, time, z } from "@/lib/schema";
import { type Wanted, wantedQuery } from "@/lib/wanted";

const tokenSchema = reads("BootstrapToken", z.object({
	id: z.string(),
	name: z.string(),
	/** Its first characters, by which a person recognizes it. */
	hint: z.string(),
	replaced_by: z.nullish(z.string()),
	created_at: z.nullish(time),
	/** Null: until somebody revokes it. */
	expires_at: z.nullish(time),
	used_at: z.nullish(time),
	used_from: z.nullish(z.string()),
}));

const madeSchema = reads("BootstrapTokenCreated", z.object({
	id: z.string(),
	name: z.string(),
	hint: z.string(),
	created_at: z.nullish(time),
	expires_at: z.nullish(time),
	token: z.string(),
}));

const setupSchema = reads("AgentSetup", z.object({
	endpoint: z.string(),
	tools: z.array(z.object({ name: z.string(), title: z.string(), text: z.string() })),
}));

const serverTokenSchema = reads("ServerToken", z.object({
	overlap_hours: z.int(),
	/** Null: it was never replaced. */
	asked_at: z.nullish(time),
	rotated_at: z.nullish(time),
	ends_at: z.nullish(time),
	ended_at: z.nullish(time),
}));

export type ServerToken = z.output<typeof serverTokenSchema>;
export type AgentToken = z.output<typeof tokenSchema>;
export type MadeAgentToken = z.output<typeof madeSchema>;
export type AgentSetup = z.output<typeof setupSchema>;

const path = "/api/tenants/bootstrap-tokens";
const tokensKey = (tenant: string) => ["tenant", tenant, "agent-tokens"] as const;

export function agentTokensQuery(tenant: string, wanted: Wanted) {
	return infiniteQueryOptions({
		queryKey: [...tokensKey(tenant), wanted],
		queryFn: ({ pageParam, signal }) =>
			api(page(tokenSchema), { tenant, path, query: { ...wantedQuery(wanted), after: pageParam }, signal }),
		placeholderData: keepPreviousData,
		initialPageParam: null as string | null,
		getNextPageParam: (last) => last.next,
	});
}

export function agentSetupQuery(tenant: string) {
	return queryOptions({
		queryKey: ["tenant", tenant, "agent-setup"],
		queryFn: ({ signal }) => api(setupSchema, { tenant, path: "/api/tenants/agent-setup", signal }),
	});
}

type NewToken = { name: string; expires_in_days?: number };

export function useMakeAgentToken(tenant: string) {
	return useChange(
		(body: NewToken) => api(madeSchema, { tenant, method: "POST", path, body }),
		[tokensKey(tenant)],
	);
}

type Rotation = { id: string; overlap_hours: number };

export function useRotateAgentToken(tenant: string) {
	return useChange(
		({ id, overlap_hours }: Rotation) =>
			api(madeSchema, {
				tenant,
				method: "POST",
				path: `${path}/${encodeURIComponent(id)}/rotate`,
				body: { overlap_hours },
			}),
		[tokensKey(tenant)],
	);
}

export function useRevokeAgentToken(tenant: string) {
	return useChange(
		(id: string) => api(nothing, { tenant, method: "DELETE", path: `${path}/${encodeURIComponent(id)}` }),
		[tokensKey(tenant)],
	);
}

const serverTokenKey = (tenant: string) => ["tenant", tenant, "server-token"] as const;

export function serverTokenQuery(tenant: string) {
	return queryOptions({
		queryKey: serverTokenKey(tenant),
		queryFn: ({ signal }) => api(serverTokenSchema, { tenant, path: "/api/tenants/server-token", signal }),
		refetchInterval: ({ state: { data } }) => (data?.asked_at && !data.rotated_at ? 3_000 : 60_000),
	});
}

export function useRotateServerToken(tenant: string) {
	return useChange(
		(overlap_hours: number) =>
			api(nothing, { tenant, method: "POST", path: "/api/tenants/server-token/rotate", body: { overlap_hours } }),
		[serverTokenKey(tenant)],
	);
}
