// SPDX-License-Identifier: Apache-2.0
import { queryOptions } from "@tanstack/react-query";

import { api } from "@/lib/api";
import { reads } from "@/lib/document";
import { words } from "@/lib/format";
import { page, time, z } from "@/lib/schema";

const stepSchema = reads("OperationStep", z.object({
	name: z.string(),
	state: z.enum(["pending", "running", "done", "failed", "skipped", "undone"]),
	started_at: z.nullish(time),
	finished_at: z.nullish(time),
	detail: z.nullish(z.string()),
	/** The median of its last runs at this place; null: it never ran here. */
	typical_ms: z.nullish(z.int()),
	/** When it will be done; null when nobody can say. */
	eta_at: z.nullish(time),
	/** Since when it takes longer than usual. */
	late_since: z.nullish(time),
}));

const eventSchema = reads("OperationEvent", z.object({
	at: time,
	step: z.nullish(z.string()),
	what: z.enum(["started", "waiting", "failed", "done", "undone", "retried", "skipped", "aborted"]),
	attempt: z.int(),
	detail: z.nullish(z.string()),
	by: z.enum(["platform", "operator"]),
	reason: z.nullish(z.string()),
}));

const operationSchema = reads("Operation", z.object({
	id: z.string(),
	kind: z.string(),
	state: z.enum(["queued", "running", "done", "failed"]),
	error: z.nullish(z.string()),
	created_at: z.nullish(time),
	eta_at: z.nullish(time),
	late_since: z.nullish(time),
	steps: z._default(z.array(stepSchema), []),
	events: z._default(z.array(eventSchema), []),
}));

export type OperationEvent = z.output<typeof eventSchema>;
export type Step = z.output<typeof stepSchema>;
export type Operation = z.output<typeof operationSchema>;

const titles: Record<string, string> = {
	"tenant.provision": "Setting up the tenant",
	"tenant.suspend": "Suspending the tenant",
	"tenant.reactivate": "Starting the tenant again",
	"tenant.leave": "Stopping the tenant",
	"tenant.remove": "Removing the tenant",
	"tenant.return": "Starting the tenant again",
	"license.issue": "Signing the licence",
	"store.renew": "Renewing the passwords of the data stores",
};

export function operationTitle({ kind }: Operation): string {
	return titles[kind] ?? words(kind);
}

export function isFinal(operation: Operation): boolean {
	return operation.state === "done" || operation.state === "failed";
}

/** The tenant's operations, the newest first. */
export function operationsQuery(tenant: string) {
	return queryOptions({
		queryKey: ["tenant", tenant, "operations"],
		queryFn: ({ signal }) =>
			api(page(operationSchema), { tenant, path: "/api/tenants/operations", query: { limit: 20 }, signal }),
		refetchInterval: ({ state }) => (state.data?.items.every(isFinal) ? 10_000 : 2000),
	});
}

export function operationQuery(tenant: string, id: string) {
	return queryOptions({
		queryKey: ["tenant", tenant, "operations", id],
		queryFn: ({ signal }) =>
			api(operationSchema, { tenant, path: `/api/tenants/operations/${encodeURIComponent(id)}`, signal }),
		refetchInterval: ({ state }) => (state.data && isFinal(state.data) ? false : 1000),
	});
}
