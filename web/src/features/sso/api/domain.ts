// SPDX-License-Identifier: Apache-2.0
import { queryOptions } from "@tanstack/react-query";

import { api } from "@/lib/api";
import { useChange } from "@/lib/change";
import { reads } from "@/lib/document";
import { nothing, page, time, z } from "@/lib/schema";

const domainSchema = reads("Domain", z.object({
	domain: z.string(),
	txt_name: z.string(),
	txt_value: z.string(),
	verified_at: z.nullish(time),
}));

const proofSchema = reads("DomainProof", z.object({
	verified_at: z.nullish(time),
	problem: z.nullish(z.string()),
}));

export type Domain = z.output<typeof domainSchema>;

const domainsKey = (tenant: string) => ["tenant", tenant, "sso", "domains"] as const;
const path = "/api/sso/domains";

export function domainsQuery(tenant: string) {
	return queryOptions({
		queryKey: domainsKey(tenant),
		queryFn: ({ signal }) => api(page(domainSchema), { tenant, path, signal }),
	});
}

export function useAddDomain(tenant: string) {
	return useChange((domain: string) => api(nothing, { tenant, method: "POST", path, body: { domain } }), [domainsKey(tenant)]);
}

export function useVerifyDomain(tenant: string) {
	return useChange(
		(domain: string) =>
			api(proofSchema, { tenant, method: "POST", path: `${path}/${encodeURIComponent(domain)}/verify`, body: {} }),
		[domainsKey(tenant)],
	);
}

export function useRemoveDomain(tenant: string) {
	return useChange(
		(domain: string) => api(nothing, { tenant, method: "DELETE", path: `${path}/${encodeURIComponent(domain)}` }),
		[domainsKey(tenant)],
	);
}
