// SPDX-License-Identifier: Apache-2.0
import { infiniteQueryOptions } from "@tanstack/react-query";

import { api } from "@/lib/api";
import { useChange } from "@/lib/change";
import { reads } from "@/lib/document";
import { nothing, page, time, z } from "@/lib/schema";

const platformOperationSchema = reads("PlatformOperationSummary", z.object({
	id: z.string(),
	slug: z.string(),
	kind: z.string(),
	state: z.enum(["queued", "running", "done", "failed"]),
	/** The step at which it is. */
	step: z.nullable(z.string()),
	skippable: z.boolean(),
	/** What it made is being removed. */
	ending: z.boolean(),
	attempt: z.int(),
	error: z.nullable(z.string()),
	created_at: time,
}));

export type PlatformOperation = z.output<typeof platformOperationSchema>;

const path = "/api/auth/platform/operations";

/** What waits, runs or has failed in any tenant, the newest first. */
export const platformOperationsQuery = infiniteQueryOptions({
	queryKey: ["operations"],
	queryFn: ({ pageParam, signal }) =>
		api(page(platformOperationSchema), { path, query: { limit: 50, after: pageParam }, signal }),
	initialPageParam: null as string | null,
	getNextPageParam: ({ next }) => next,
	refetchInterval: 5000,
});

export type Decision = { id: string; what: "retry" | "skip" | "abort"; reason: string; step?: string };

export function useDecide() {
	return useChange(
		({ id, what, ...body }: Decision) =>
			api(nothing, { method: "POST", path: `${path}/${encodeURIComponent(id)}/${what}`, body }),
		[platformOperationsQuery.queryKey],
	);
}
