// SPDX-License-Identifier: Apache-2.0
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { appKey, appPath } from "@/features/apps/api/app";
import { deploymentsQuery } from "@/features/apps/api/list-deployments";
import { api } from "@/lib/api";
import { nothing } from "@/lib/schema";

type Target = { release: number; environment: string };

function deploy(app: string, body: Target) {
	return api(nothing, { method: "POST", path: `${appPath(app)}/deployments`, body });
}

export function useDeploy(tenant: string, app: string) {
	const client = useQueryClient();

	return useMutation({
		mutationKey: [...appKey(tenant, app), "deploy"],
		mutationFn: (target: Target) => deploy(app, target),
		onSettled: () =>
			client.invalidateQueries({ queryKey: deploymentsQuery(tenant, app).queryKey }),
	});
}
