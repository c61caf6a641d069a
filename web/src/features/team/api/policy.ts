// SPDX-License-Identifier: Apache-2.0
import { queryOptions } from "@tanstack/react-query";

import { api } from "@/lib/api";
import { useChange } from "@/lib/change";
import { reads } from "@/lib/document";
import { nothing, z } from "@/lib/schema";

const policySchema = reads("SignInPolicy", z.object({
	/** Names of roles that need a second factor; "*" means every role. */
	second_factor: z.array(z.string()),
	sso_enforced: z.boolean(),
	break_glass: z.nullish(z.string()),
	version: z.optional(z.int()),
}));

export type Policy = z.output<typeof policySchema>;

const policyKey = (tenant: string) => ["tenant", tenant, "sign-in-policy"] as const;

export function policyQuery(tenant: string) {
	return queryOptions({
		queryKey: policyKey(tenant),
		queryFn: ({ signal }) => api(policySchema, { tenant, path: "/api/tenants/sign-in-policy", signal }),
	});
}

export function useSavePolicy(tenant: string, { version }: Policy) {
	return useChange(
		(body: { second_factor: string[] }) =>
			api(nothing, { tenant, method: "PATCH", path: "/api/tenants/sign-in-policy", body, version }),
		[policyKey(tenant)],
	);
}
