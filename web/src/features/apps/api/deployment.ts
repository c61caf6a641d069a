// SPDX-License-Identifier: Apache-2.0
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import type { Tone } from "@/components/badge";
import { appKey, appPath } from "@/features/apps/api/app";
import { api } from "@/lib/api";
import { nothing, page, time, z } from "@/lib/schema";

const deploymentSchema = z.object({
	id: z.nullish(z.string()),
	environment: z.string(),
	release: z.int(),
	state: z.enum(["pending", "starting", "running", "unhealthy", "stopped", "failed"]),
	detail: z.nullish(z.string()),
	changed_at: z.nullish(time),
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

export function deploymentsQuery(tenant: string, app: string) {
	return queryOptions({
		queryKey: [...appKey(tenant, app), "deployments"],
		queryFn: ({ signal }) =>
			api(page(deploymentSchema), { tenant, path: `${appPath(app)}/deployments`, signal }),
		refetchInterval: ({ state }) =>
			state.data?.items.some((item) => deploymentTone(item) === "busy") ? 1000 : 2000,
	});
}

type Target = { release: number; environment: string };

function deploy(tenant: string, app: string, body: Target) {
	return api(nothing, { tenant, method: "POST", path: `${appPath(app)}/deployments`, body });
}

export function useDeploy(tenant: string, app: string) {
	const client = useQueryClient();

	return useMutation({
		mutationKey: [...appKey(tenant, app), "deploy"],
		mutationFn: (target: Target) => deploy(tenant, app, target),
		onSettled: () =>
			client.invalidateQueries({ queryKey: deploymentsQuery(tenant, app).queryKey }),
	});
}

type Order = { environment: string; verb: "start" | "stop" };

function setRunning(tenant: string, app: string, { environment, verb }: Order) {
	return api(nothing, {
		tenant,
		method: "POST",
		path: `${appPath(app)}/deployments/${encodeURIComponent(environment)}/${verb}`,
	});
}

export function useSetRunning(tenant: string, app: string) {
	const client = useQueryClient();

	return useMutation({
		mutationFn: (order: Order) => setRunning(tenant, app, order),
		onSettled: () =>
			client.invalidateQueries({ queryKey: deploymentsQuery(tenant, app).queryKey }),
	});
}
