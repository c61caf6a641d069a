// SPDX-License-Identifier: Apache-2.0
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { appPath } from "@/features/apps/api/app";
import { deploymentsQuery } from "@/features/apps/api/list-deployments";
import { api } from "@/lib/api";
import { nothing } from "@/lib/schema";

type Order = { environment: string; verb: "start" | "stop" };

function setRunning(app: string, { environment, verb }: Order) {
	return api(nothing, {
		method: "POST",
		path: `${appPath(app)}/deployments/${encodeURIComponent(environment)}/${verb}`,
	});
}

export function useSetRunning(tenant: string, app: string) {
	const client = useQueryClient();

	return useMutation({
		mutationFn: (order: Order) => setRunning(app, order),
		onSettled: () =>
			client.invalidateQueries({ queryKey: deploymentsQuery(tenant, app).queryKey }),
	});
}
