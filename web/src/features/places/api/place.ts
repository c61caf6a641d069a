// SPDX-License-Identifier: Apache-2.0
import { queryOptions } from "@tanstack/react-query";

import { api } from "@/lib/api";
import { useChange } from "@/lib/change";
import { reads } from "@/lib/document";
import { nothing, page, time, z } from "@/lib/schema";

const placeSchema = reads("Place", z.object({
	id: z.string(),
	name: z.string(),
	kind: z.string(),
	state: z.string(),
	tenant: z.nullable(z.string()),
	endpoint: z.nullable(z.string()),
	tenants: z.int(),
	max_tenants: z.nullable(z.int()),
	applications: z.int(),
	/** Thousandths of a core that are promised, and that may be. */
	cpu_used: z.int(),
	cpu_most: z.nullable(z.int()),
	/** MiB. */
	memory_used: z.int(),
	memory_most: z.nullable(z.int()),
	checking: z.boolean(),
	checked_at: z.nullable(time),
	error: z.nullable(z.string()),
	/** It works, but not as it should. */
	warning: z.nullable(z.string()),
	version: z.nullable(z.string()),
}));

export type Place = z.output<typeof placeSchema>;

/** A check that was asked for takes some seconds: until then ask again soon. */
const checkingMs = 2_000;
const restMs = 15_000;

export const placesQuery = queryOptions({
	queryKey: ["places"],
	queryFn: ({ signal }) => api(page(placeSchema), { path: "/api/auth/platform/places", signal }),
	refetchInterval: ({ state }) => (state.data?.items.some(({ checking }) => checking) ? checkingMs : restMs),
});

type Move = { id: string; what: "check" | "drain" | "undrain" | "remove" };

export function useMovePlace() {
	return useChange(({ id, what }: Move) => {
		const path = `/api/auth/platform/places/${encodeURIComponent(id)}`;

		return api(nothing, what === "remove" ? { method: "DELETE", path } : { method: "POST", path: `${path}/${what}` });
	}, [placesQuery.queryKey]);
}
