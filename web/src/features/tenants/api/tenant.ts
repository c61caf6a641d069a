// SPDX-License-Identifier: Apache-2.0
import {
	infiniteQueryOptions,
	keepPreviousData,
	queryOptions,
	useMutation,
	useQuery,
	useQueryClient,
} from "@tanstack/react-query";

import type { Tone } from "@/components/badge";
import { api } from "@/lib/api";
import { reads } from "@/lib/document";
import { page, time, z } from "@/lib/schema";
import { type Wanted, wantedQuery } from "@/lib/wanted";

const tenantSchema = reads("Tenant", z.object({
	id: z.string(),
	slug: z.string(),
	name: z.string(),
	tier: z.nullish(z.string()),
	role: z.nullish(z.string()),
	state: z.string(),
	created_at: z.nullish(time),
}));

export type Tenant = z.output<typeof tenantSchema>;

const tones: Record<string, Tone> = {
	active: "ok",
	requested: "warn",
	provisioning: "busy",
	suspended: "warn",
	failed: "bad",
	leaving: "warn",
	deleting: "warn",
	deleted: "idle",
};

export function tenantTone(state: string): Tone {
	return tones[state.toLowerCase()] ?? "idle";
}

/** Waits for an operator of the platform; nothing of it exists. */
export function isRequested(tenant: Pick<Tenant, "state">): boolean {
	return tenant.state === "requested";
}

/** Deleted by its owner, who can still take that back. */
export function isLeaving(tenant: Pick<Tenant, "state">): boolean {
	return tenant.state === "leaving";
}

/** An owner can delete it, and has not yet. */
export function isDeletable(tenant: Pick<Tenant, "state">): boolean {
	return !["leaving", "deleting", "deleted"].includes(tenant.state);
}

/** In milliseconds: what is being made changes soon, what waits some day. */
function pollOf(tenants: readonly Tenant[]): number | false {
	if (tenants.some((tenant) => tenantTone(tenant.state) === "busy")) return 2000;
	return tenants.some(isRequested) ? 30_000 : false;
}

/** The first hundred tenants of the account, by name. */
export const tenantsQuery = queryOptions({
	queryKey: ["tenants"],
	queryFn: ({ signal }) => api(page(tenantSchema), { path: "/api/tenants", query: { limit: 100 }, signal }),
	refetchInterval: ({ state }) => pollOf(state.data?.items ?? []),
});

async function findTenant(slug: string, signal: AbortSignal, after: string | null = null): Promise<Tenant | null> {
	const query = { limit: 100, q: slug, after };
	const { items, next } = await api(page(tenantSchema), { path: "/api/tenants", query, signal });
	const found = items.find((tenant) => tenant.slug === slug);

	return found ?? (next === null ? null : await findTenant(slug, signal, next));
}

/** The account's tenant of this name, wherever it stands in the list. */
export function tenantQuery(slug: string) {
	return queryOptions({
		queryKey: [...tenantsQuery.queryKey, { slug }],
		queryFn: ({ signal }) => findTenant(slug, signal),
		refetchInterval: ({ state }) => pollOf(state.data ? [state.data] : []),
	});
}

/** The tenant of this name; the platform is asked when it is not listed. */
export function useTenant(slug: string | null): Tenant | undefined {
	const list = useQuery(tenantsQuery).data;
	const listed = list?.items.find((tenant) => tenant.slug === slug);
	const further = slug !== null && !listed && (list?.next ?? null) !== null;
	const found = useQuery({ ...tenantQuery(slug ?? ""), enabled: further }).data;

	return listed ?? (further ? (found ?? undefined) : undefined);
}

/** All tenants of the account, searched by the platform. */
export function tenantsSearch(wanted: Wanted) {
	return infiniteQueryOptions({
		queryKey: [...tenantsQuery.queryKey, wanted],
		queryFn: ({ pageParam, signal }) =>
			api(page(tenantSchema), {
				path: "/api/tenants",
				query: { ...wantedQuery(wanted), after: pageParam },
				signal,
			}),
		placeholderData: keepPreviousData,
		refetchInterval: ({ state }) => pollOf(state.data?.pages.flatMap(({ items }) => items) ?? []),
		initialPageParam: null as string | null,
		getNextPageParam: (last) => last.next,
	});
}

const createdSchema = reads("TenantStarted", z.object({ tenant: tenantSchema, operation: z.nullable(z.string()) }));

type NewTenant = { slug: string; name: string; tier: string };

function createTenant(body: NewTenant) {
	return api(createdSchema, { method: "POST", path: "/api/tenants", body });
}

export function useCreateTenant() {
	const client = useQueryClient();

	return useMutation({
		mutationFn: createTenant,
		onSuccess: () => client.invalidateQueries({ queryKey: tenantsQuery.queryKey }),
	});
}
