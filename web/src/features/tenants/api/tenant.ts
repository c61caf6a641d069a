// SPDX-License-Identifier: Apache-2.0
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import type { Tone } from "@/components/badge";
import { api } from "@/lib/api";
import { reads } from "@/lib/document";
import { page, time, z } from "@/lib/schema";

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
	provisioning: "busy",
	suspended: "warn",
	failed: "bad",
	deleting: "warn",
	deleted: "idle",
};

export function tenantTone(state: string): Tone {
	return tones[state.toLowerCase()] ?? "idle";
}

export const tenantsQuery = queryOptions({
	queryKey: ["tenants"],
	queryFn: ({ signal }) => api(page(tenantSchema), { path: "/api/tenants", query: { limit: 100 }, signal }),
	refetchInterval: ({ state }) =>
		state.data?.items.some((tenant) => tenantTone(tenant.state) === "busy") ? 2000 : false,
});

const createdSchema = reads("TenantStarted", z.object({ tenant: tenantSchema, operation: z.string() }));

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
