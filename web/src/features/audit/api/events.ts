// SPDX-License-Identifier: Apache-2.0
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { api, apiText } from "@/lib/api";
import { useChange } from "@/lib/change";
import { reads } from "@/lib/document";
import { page, time, z } from "@/lib/schema";

const eventSchema = reads("AuditEvent", z.object({
	id: z.string(),
	at: time,
	actor: z.nullish(z.string()),
	actor_kind: z.string(),
	action: z.string(),
	subject_type: z.nullish(z.string()),
	subject_id: z.nullish(z.string()),
	environment: z.nullish(z.string()),
	client_ip: z.nullish(z.string()),
	result: z.string(),
	code: z.nullish(z.string()),
	facts: z.nullish(z.record(z.string(), z.unknown())),
	/** Absent after the person was erased. */
	person: z.nullish(z.record(z.string(), z.unknown())),
	request_id: z.nullish(z.string()),
}));

export type AuditEvent = z.output<typeof eventSchema>;

/** Names as in the API; empty filters are ignored. */
export type Filters = {
	action?: string | undefined;
	actor?: string | undefined;
	subject_type?: string | undefined;
	subject_id?: string | undefined;
	result?: string | undefined;
	environment?: string | undefined;
	from?: string | undefined;
	to?: string | undefined;
	request_id?: string | undefined;
};

const path = "/api/tenants/audit";

export function eventsQuery(tenant: string, filters: Filters) {
	return infiniteQueryOptions({
		queryKey: ["tenant", tenant, "audit", filters],
		queryFn: ({ pageParam, signal }) =>
			api(page(eventSchema), { tenant, path, query: { ...filters, after: pageParam }, signal }),
		initialPageParam: null as string | null,
		getNextPageParam: (last) => last.next,
	});
}

const actionSchema = z.object({ action: z.string(), about: z.nullish(z.string()) });

/** Every action that can occur in a log. */
export function actionsQuery(tenant: string) {
	return queryOptions({
		queryKey: ["tenant", tenant, "audit-actions"],
		queryFn: ({ signal }) => api(page(actionSchema), { path: "/api/actions.json", signal }),
		staleTime: Infinity,
	});
}

export type Format = "csv" | "ndjson";

const pagesMax = 1000;

/** The whole file, page by page; the signed log has no filters. */
async function exportEvents(tenant: string, format: Format, filters: Filters): Promise<string> {
	const parts: string[] = [];
	let after: string | null = null;

	for (let count = 0; count < pagesMax; count++) {
		const { text, next }: { text: string; next: string | null } = await apiText({
			tenant,
			path: `${path}/export`,
			query: { format, ...(format === "csv" ? filters : {}), after },
			accept: "*/*",
		});

		parts.push(text);
		if (next === null) return parts.join("");
		after = next;
	}
	throw new Error("The log is too long for a browser. Export it with cameleerctl or the API.");
}

export function useExport(tenant: string, filters: Filters) {
	return useChange((format: Format) => exportEvents(tenant, format, filters));
}
