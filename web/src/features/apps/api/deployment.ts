// SPDX-License-Identifier: Apache-2.0
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { appKey, appPath } from "@/features/apps/api/app";
import { busy, type Deployment, deploymentSchema } from "@/features/apps/api/deployment-schema";
import { api } from "@/lib/api";
import { nothing, page } from "@/lib/schema";

/** Deployments by environment; each environment has one at most. */
export function byEnvironment(deployments: Deployment[]): Map<string, Deployment> {
	return new Map(deployments.map((deployment) => [deployment.environment, deployment]));
}

export function deploymentsQuery(tenant: string, app: string) {
	return queryOptions({
		queryKey: [...appKey(tenant, app), "deployments"],
		queryFn: ({ signal }) =>
			api(page(deploymentSchema), { tenant, path: `${appPath(app)}/deployments`, signal }),
		refetchInterval: ({ state }) =>
			state.data?.items.some(busy) ? 1000 : 5000,
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
