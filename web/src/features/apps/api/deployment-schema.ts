// SPDX-License-Identifier: Apache-2.0
import type { Tone } from "@/components/badge";
import { reads } from "@/lib/document";
import { time, z } from "@/lib/schema";

export const deploymentSchema = reads("Deployment", z.object({
	id: z.nullish(z.string()),
	environment: z.string(),
	release: z.int(),
	state: z.enum(["pending", "starting", "running", "unhealthy", "stopped", "failed"]),
	detail: z.nullish(z.string()),
	/** The release that runs on since this one failed; 0 is none. */
	serving_release: z.nullish(z.int()),
	last_lines: z.nullish(z.string()),
	changed_at: z.nullish(time),
}));

export type Deployment = z.output<typeof deploymentSchema>;

const tones: Record<Deployment["state"], Tone> = {
	pending: "busy",
	starting: "busy",
	running: "ok",
	unhealthy: "warn",
	stopped: "idle",
	failed: "bad",
};

export function deploymentTone(deployment: Deployment): Tone {
	return tones[deployment.state];
}

/** Will its state soon change by itself? */
export function busy(deployment: Deployment): boolean {
	return deploymentTone(deployment) === "busy";
}
