// SPDX-License-Identifier: Apache-2.0
import { words } from "@/lib/format";
import { time, z } from "@/lib/schema";

const stepSchema = z.object({
	name: z.string(),
	state: z.enum(["pending", "running", "done", "failed"]),
	started_at: time.nullish(),
	finished_at: time.nullish(),
	detail: z.string().nullish(),
});

export const operationSchema = z.object({
	id: z.string(),
	kind: z.string(),
	state: z.enum(["queued", "running", "done", "failed"]),
	error: z.string().nullish(),
	created_at: time.nullish(),
	steps: z.array(stepSchema).default([]),
});

export type Step = z.output<typeof stepSchema>;
export type Operation = z.output<typeof operationSchema>;

const titles: Record<string, string> = {
	"tenant.provision": "Setting up the tenant",
	"tenant.remove": "Removing the tenant",
};

export function operationTitle({ kind }: Operation): string {
	return titles[kind] ?? words(kind);
}

export function isFinal(operation: Operation): boolean {
	return operation.state === "done" || operation.state === "failed";
}
