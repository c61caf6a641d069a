// SPDX-License-Identifier: Apache-2.0
import { queryOptions } from "@tanstack/react-query";

import type { Tone } from "@/components/badge";
import { api } from "@/lib/api";
import { useChange } from "@/lib/change";
import { reads } from "@/lib/document";
import { nothing, page, time, z } from "@/lib/schema";

const checkSchema = z.object({
	check: z.string(),
	about: z.string(),
	expected: z.enum(["open", "closed"]),
	seen: z.string(),
	good: z.boolean(),
	tries: z.int(),
	ms: z.int(),
});

const outcome = z.enum(["isolated", "open", "broken", "failed"]);

const runSchema = reads("IsolationRun", z.object({
	id: z.string(),
	outcome,
	started_at: time,
	finished_at: time,
	checks: z.array(checkSchema),
}));

const stateSchema = reads("PlatformIsolation", z.object({
	tenant: z.string(),
	slug: z.string(),
	place: z.string(),
	outcome: z.nullable(outcome),
	error: z.nullable(z.string()),
	paths: z.array(z.string()),
	running: z.boolean(),
	finished_at: z.nullable(time),
}));

export type Check = z.output<typeof checkSchema>;
export type Run = z.output<typeof runSchema>;
export type State = z.output<typeof stateSchema>;
export type Outcome = z.output<typeof outcome>;

const tones: Record<Outcome, Tone> = { isolated: "ok", open: "bad", broken: "warn", failed: "warn" };

export function outcomeTone(value: Outcome): Tone {
	return tones[value];
}

/** What an outcome means, in a sentence: a probe that did not run proves nothing. */
export const meaning: Record<Outcome, string> = {
	isolated: "Everything that must be closed was closed, and everything that must work worked.",
	open: "Something that must be closed could be reached. The operators of the platform have been told.",
	broken: "Nothing is open, but something that must work did not.",
	failed: "The probe could not run, so nothing was proven.",
};

export function isolationQuery(tenant: string) {
	return queryOptions({
		queryKey: ["tenant", tenant, "isolation"],
		queryFn: ({ signal }) => api(page(runSchema), { tenant, path: "/api/tenants/isolation", signal }),
		refetchInterval: 60_000,
	});
}

/** A run takes some seconds: until then ask again soon. */
const runningMs = 2_000;
const restMs = 30_000;

export const platformIsolationQuery = queryOptions({
	queryKey: ["isolation"],
	queryFn: ({ signal }) => api(page(stateSchema), { path: "/api/auth/platform/isolation", signal }),
	refetchInterval: ({ state }) => (state.data?.items.some(({ running }) => running) ? runningMs : restMs),
});

export function useProbe() {
	return useChange(
		(tenant: string) =>
			api(nothing, { method: "POST", path: `/api/auth/platform/tenants/${encodeURIComponent(tenant)}/isolation` }),
		[platformIsolationQuery.queryKey],
	);
}
