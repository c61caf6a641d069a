// SPDX-License-Identifier: Apache-2.0
import { infiniteQueryOptions, keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { busy, deploymentSchema } from "@/features/apps/api/deployment-schema";
import { api } from "@/lib/api";
import { reads } from "@/lib/document";
import { nothing, page, time, z } from "@/lib/schema";
import { everythingByName, wantedQuery } from "@/lib/wanted";

const appSchema = reads("App", z.object({
	id: z.nullish(z.string()),
	name: z.string(),
	display_name: z.nullish(z.string()),
	version: z.optional(z.int()),
	health_check: z.nullish(z.enum(["http", "tcp", "agent", "none"])),
	health_port: z.nullish(z.int()),
	health_path: z.nullish(z.string()),
	created_at: z.nullish(time),
}));

export type App = z.output<typeof appSchema>;

/** An application of the list, with its deployments. */
const listedSchema = reads("AppWithDeployments", z.extend(appSchema, { deployments: z.array(deploymentSchema) }));

export type ListedApp = z.output<typeof listedSchema>;

export function appPath(app: string): string {
	return `/api/apps/${encodeURIComponent(app)}`;
}

/** Every query of the tenant's applications begins with this key. */
export function appsKey(tenant: string) {
	return ["tenant", tenant, "apps"] as const;
}

export function appKey(tenant: string, app: string) {
	return [...appsKey(tenant), app] as const;
}

export function appsQuery(tenant: string, wanted = everythingByName) {
	return infiniteQueryOptions({
		queryKey: [...appsKey(tenant), { list: true, ...wanted }],
		queryFn: ({ pageParam, signal }) =>
			api(page(listedSchema), {
				tenant,
				path: "/api/apps",
				query: { ...wantedQuery(wanted), after: pageParam },
				signal,
			}),
		placeholderData: keepPreviousData,
		refetchInterval: ({ state }) =>
			state.data?.pages.some(({ items }) => items.some(({ deployments }) => deployments.some(busy)))
				? 2000
				: 15_000,
		initialPageParam: null as string | null,
		getNextPageParam: (last) => last.next,
	});
}

export function appQuery(tenant: string, app: string) {
	return queryOptions({
		queryKey: appKey(tenant, app),
		queryFn: ({ signal }) => api(appSchema, { tenant, path: appPath(app), signal }),
	});
}

type NewApp = { name: string; display_name: string };

function createApp(tenant: string, body: NewApp) {
	return api(nothing, { tenant, method: "POST", path: "/api/apps", body });
}

export function useCreateApp(tenant: string) {
	const client = useQueryClient();

	return useMutation({
		mutationFn: (body: NewApp) => createApp(tenant, body),
		onSuccess: () => client.invalidateQueries({ queryKey: appsKey(tenant) }),
	});
}

export type HealthCheck = { health_check: string; health_port?: number; health_path?: string };

export function useSetHealthCheck(tenant: string, app: App) {
	const client = useQueryClient();

	return useMutation({
		mutationFn: (body: HealthCheck) =>
			api(nothing, { tenant, method: "PATCH", path: appPath(app.name), body, version: app.version }),
		onSuccess: () => client.invalidateQueries({ queryKey: appsKey(tenant) }),
	});
}
