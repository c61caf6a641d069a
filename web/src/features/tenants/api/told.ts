// SPDX-License-Identifier: Apache-2.0
import { queryOptions } from "@tanstack/react-query";

import { api } from "@/lib/api";
import { reads } from "@/lib/document";
import { time, z } from "@/lib/schema";

const toldSchema = reads("ServerTold", z.object({
	item: z.string(),
	way: z.enum(["start", "push"]),
	told_at: time,
	pending: z.boolean(),
	tried_at: z.nullish(time),
	error: z.nullish(z.string()),
}));

export type Told = z.output<typeof toldSchema>;

export function toldQuery(tenant: string) {
	return queryOptions({
		queryKey: ["tenant", tenant, "told"],
		queryFn: ({ signal }) => api(z.object({ items: z.array(toldSchema) }), { tenant, path: "/api/tenants/server-told", signal }),
		refetchInterval: 30_000,
	});
}
