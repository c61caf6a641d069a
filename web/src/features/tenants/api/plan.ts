// SPDX-License-Identifier: Apache-2.0
import { queryOptions } from "@tanstack/react-query";

import { api } from "@/lib/api";
import { reads } from "@/lib/document";
import { page, time, z } from "@/lib/schema";

const rowSchema = reads("PlanRow", z.object({
	key: z.string(),
	title: z.string(),
	about: z.string(),
	words: z.string(),
	plan_words: z.string(),
	reason: z.nullish(z.string()),
	since: z.nullish(time),
	ends_at: z.nullish(time),
}));

const planSchema = reads("Plan", z.object({
	tier: z.string(),
	title: z.string(),
	about: z.string(),
	rows: z.array(rowSchema),
}));

export type Plan = z.output<typeof planSchema>;
export type PlanRow = z.output<typeof rowSchema>;

/** What every plan includes; the same for everybody. */
export const plansQuery = queryOptions({
	queryKey: ["plans"],
	queryFn: ({ signal }) => api(page(planSchema), { path: "/api/billing/plans", signal }),
	staleTime: 300_000,
});

/** What the tenant has, by its plan and its contract. */
export function planQuery(tenant: string) {
	return queryOptions({
		queryKey: ["tenant", tenant, "plan"],
		queryFn: ({ signal }) => api(planSchema, { tenant, path: "/api/billing/plan", signal }),
	});
}
