// SPDX-License-Identifier: Apache-2.0
import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";

import { api } from "@/lib/api";
import { useChange } from "@/lib/change";
import { reads } from "@/lib/document";
import { nothing, page, time, z } from "@/lib/schema";
import { type Wanted, wantedQuery } from "@/lib/wanted";

const tokenSchema = reads("ApiToken", z.object({
	id: z.string(),
	name: z.string(),
	/** Its first characters, by which a person recognizes it. */
	hint: z.string(),
	scopes: z.array(z.string()),
	replaced_by: z.nullish(z.string()),
	created_at: z.nullish(time),
	expires_at: time,
	used_at: z.nullish(time),
}));

const madeSchema = reads("ApiTokenCreated", z.extend(tokenSchema, { token: z.string() }));

export type Token = z.output<typeof tokenSchema>;
export type MadeToken = z.output<typeof madeSchema>;

/** The owner of tokens: the account itself or a service account. */
export type Keeper = { tenant: string; service: string | null };

function path({ service }: Keeper): string {
	return service === null
		? "/api/auth/tokens"
		: `/api/auth/service-accounts/${encodeURIComponent(service)}/tokens`;
}

function tokensKey({ tenant, service }: Keeper) {
	return ["tenant", tenant, "tokens", service] as const;
}

export function tokensQuery(keeper: Keeper, wanted: Wanted) {
	return infiniteQueryOptions({
		queryKey: [...tokensKey(keeper), wanted],
		queryFn: ({ pageParam, signal }) =>
			api(page(tokenSchema), {
				tenant: keeper.tenant,
				path: path(keeper),
				query: { ...wantedQuery(wanted), after: pageParam },
				signal,
			}),
		placeholderData: keepPreviousData,
		initialPageParam: null as string | null,
		getNextPageParam: (last) => last.next,
	});
}

type NewToken = { name: string; scopes: string[]; expires_in_days: number };

export function useMakeToken(keeper: Keeper) {
	return useChange(
		(body: NewToken) => api(madeSchema, { tenant: keeper.tenant, method: "POST", path: path(keeper), body }),
		[tokensKey(keeper), ["tenant", keeper.tenant, "services"]],
	);
}

type Rotation = { id: string; overlap_hours: number };

export function useRotateToken(keeper: Keeper) {
	return useChange(
		({ id, overlap_hours }: Rotation) =>
			api(madeSchema, {
				tenant: keeper.tenant,
				method: "POST",
				path: `${path(keeper)}/${encodeURIComponent(id)}/rotate`,
				body: { overlap_hours },
			}),
		[tokensKey(keeper)],
	);
}

export function useRevokeToken(keeper: Keeper) {
	return useChange(
		(id: string) => api(nothing, { tenant: keeper.tenant, method: "DELETE", path: `${path(keeper)}/${encodeURIComponent(id)}` }),
		[tokensKey(keeper), ["tenant", keeper.tenant, "services"]],
	);
}
