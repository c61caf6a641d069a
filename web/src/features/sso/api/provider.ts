// SPDX-License-Identifier: Apache-2.0
import { queryOptions } from "@tanstack/react-query";

import { api } from "@/lib/api";
import { useChange } from "@/lib/change";
import { reads } from "@/lib/document";
import { ApiError } from "@/lib/problem";
import { nothing, time, z } from "@/lib/schema";

const providerSchema = reads("SsoProvider", z.object({
	issuer: z.string(),
	metadata_url: z.nullish(z.string()),
	client_id: z.string(),
	default_role: z.string(),
	group_claim: z.nullish(z.string()),
	group_roles: z.nullish(z.record(z.string(), z.string())),
	/** When someone last signed in with it; enforcing requires that. */
	proven_at: z.nullish(time),
	enforced: z.boolean(),
	break_glass: z.nullish(z.string()),
	redirect_uri: z.string(),
	logout_uri: z.string(),
	version: z.optional(z.int()),
}));

export type Provider = z.output<typeof providerSchema>;

const providerKey = (tenant: string) => ["tenant", tenant, "sso"] as const;
const path = "/api/sso/provider";

/** Null while there is none. */
export function providerQuery(tenant: string) {
	return queryOptions({
		queryKey: [...providerKey(tenant), "provider"],
		queryFn: async ({ signal }) => {
			try {
				return await api(providerSchema, { tenant, path, signal });
			} catch (error) {
				if (error instanceof ApiError && error.status === 404) return null;
				throw error;
			}
		},
	});
}

type NewProvider = {
	issuer: string;
	metadata_url?: string;
	client_id: string;
	client_secret?: string;
	default_role: string;
	group_claim?: string;
	group_roles?: Record<string, string>;
};

export function useSaveProvider(tenant: string) {
	return useChange((body: NewProvider) => api(nothing, { tenant, method: "PUT", path, body }), [providerKey(tenant)]);
}

export function useRemoveProvider(tenant: string) {
	return useChange(() => api(nothing, { tenant, method: "DELETE", path }), [providerKey(tenant)]);
}

const testedSchema = z.object({
	good: z.boolean(),
	problem: z.nullish(z.string()),
	keys: z.int(),
	algorithms: z.nullish(z.string()),
	advice: z.nullish(z.string()),
});

export function useTestProvider(tenant: string) {
	return useChange(() => api(testedSchema, { tenant, method: "POST", path: `${path}/test`, body: {} }));
}

type Enforcement = { enforced: boolean; break_glass?: string };

export function useEnforce(tenant: string) {
	return useChange(
		(body: Enforcement) => api(nothing, { tenant, method: "PUT", path: "/api/sso/enforce", body }),
		[providerKey(tenant), ["tenant", tenant, "sign-in-policy"]],
	);
}
