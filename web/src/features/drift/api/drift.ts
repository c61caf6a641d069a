// SPDX-License-Identifier: Apache-2.0
import { queryOptions } from "@tanstack/react-query";

import { api } from "@/lib/api";
import { useChange } from "@/lib/change";
import { reads } from "@/lib/document";
import { page, time, z } from "@/lib/schema";

const driftSchema = reads("Drift", z.object({
	tenant: z.string(),
	slug: z.string(),
	object: z.string(),
	field: z.string(),
	wanted: z.string(),
	live: z.string(),
	since: time,
	restoring: z.boolean(),
	changed_at: z.nullable(time),
	changed_by: z.nullable(z.string()),
}));

const startedSchema = reads("DriftStarted", z.object({ operation: z.string() }));

export type Drift = z.output<typeof driftSchema>;

/** The name of a tenant; null for operators, who see all. */
export type DriftScope = string | null;

/** A restoration takes some seconds: until then ask again soon. */
const restoringMs = 2_000;
const restMs = 30_000;

export function driftQuery(tenant: DriftScope) {
	return queryOptions({
		queryKey: tenant === null ? ["drift"] : ["tenant", tenant, "drift"],
		queryFn: ({ signal }) =>
			api(
				page(driftSchema),
				tenant === null
					? { path: "/api/auth/platform/drift", signal }
					: { tenant, path: "/api/tenants/drift", signal },
			),
		refetchInterval: ({ state }) => (state.data?.items.some(({ restoring }) => restoring) ? restoringMs : restMs),
	});
}

export type Restoration = { tenant: string; object: string; reason: string };

export function useRestore(scope: DriftScope) {
	return useChange(
		({ tenant, object, reason }: Restoration) =>
			api(
				startedSchema,
				scope === null
					? {
							method: "POST",
							path: `/api/auth/platform/tenants/${encodeURIComponent(tenant)}/drift/restore`,
							body: { object, reason },
						}
					: { method: "POST", tenant: scope, path: "/api/tenants/drift/restore", body: { object, reason } },
			),
		[driftQuery(scope).queryKey],
	);
}
