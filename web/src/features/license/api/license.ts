// SPDX-License-Identifier: Apache-2.0
import { queryOptions } from "@tanstack/react-query";

import type { Tone } from "@/components/badge";
import { api, apiText } from "@/lib/api";
import { useChange } from "@/lib/change";
import { reads } from "@/lib/document";
import { page, time, z } from "@/lib/schema";

const licenseSchema = reads("License", z.object({
	version: z.int(),
	id: z.string(),
	tier: z.string(),
	state: z.string(),
	verdict: z.enum(["invalid", "early", "active", "expiring", "grace", "suspended", "expired", "revoked"]),
	reason: z.string(),
	read: z.boolean(),
	write: z.boolean(),
	valid_until: time,
	grace_until: time,
	until: z.nullish(time),
}));

const issueSchema = reads("LicenseIssue", z.object({
	version: z.int(),
	id: z.string(),
	tier: z.string(),
	state: z.string(),
	valid_until: time,
	created_at: time,
}));

const revocationsSchema = reads("LicenseRevocations", z.object({ serial: z.int(), token: z.string() }));

export type License = z.output<typeof licenseSchema>;
export type Issue = z.output<typeof issueSchema>;

const tones: Record<License["verdict"], Tone> = {
	invalid: "bad",
	early: "idle",
	active: "ok",
	expiring: "warn",
	grace: "warn",
	suspended: "warn",
	expired: "bad",
	revoked: "bad",
};

export function verdictTone(license: License): Tone {
	return tones[license.verdict];
}

export function licenseQuery(tenant: string) {
	return queryOptions({
		queryKey: ["tenant", tenant, "license"],
		queryFn: ({ signal }) => api(licenseSchema, { tenant, path: "/api/license", signal }),
		refetchInterval: 60_000,
	});
}

export function issuesQuery(tenant: string) {
	return queryOptions({
		queryKey: ["tenant", tenant, "license", "issues"],
		queryFn: ({ signal }) => api(page(issueSchema), { tenant, path: "/api/license/versions", signal }),
	});
}

/** What a site without a network is given. */
export type Part = "file" | "jwt" | "keys" | "revocations";

export const partFile: Record<Part, (tenant: string) => string> = {
	file: (tenant) => `${tenant}.license`,
	jwt: (tenant) => `${tenant}.jwt`,
	keys: () => "license-keys.json",
	revocations: () => "revocations.jwt",
};

async function partText(tenant: string, part: Part): Promise<string> {
	if (part === "revocations")
		return (await api(revocationsSchema, { tenant, path: "/api/license/revocations" })).token;
	if (part === "keys") return (await apiText({ tenant, path: "/api/license/keys" })).text;
	return (await apiText({ tenant, path: "/api/license/download", query: { format: part } })).text;
}

export function usePart(tenant: string) {
	return useChange((part: Part) => partText(tenant, part));
}
