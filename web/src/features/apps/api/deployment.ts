// SPDX-License-Identifier: Apache-2.0
import type { Tone } from "@/components/badge";
import { time, z } from "@/lib/schema";

export const deploymentSchema = z.object({
	id: z.string().nullish(),
	environment: z.string(),
	release: z.number().int(),
	state: z.enum(["pending", "starting", "running", "unhealthy", "stopped", "failed"]),
	detail: z.string().nullish(),
	changed_at: time.nullish(),
});

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

/** By environment, which has one at most. */
export function byEnvironment(deployments: Deployment[]): Map<string, Deployment> {
	return new Map(deployments.map((deployment) => [deployment.environment, deployment]));
}
