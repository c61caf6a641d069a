// SPDX-License-Identifier: Apache-2.0
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { appsKey } from "@/features/apps/api/app";
import { api } from "@/lib/api";
import { nothing } from "@/lib/schema";

type NewApp = { name: string; display_name: string };

function createApp(body: NewApp) {
	return api(nothing, { method: "POST", path: "/api/apps", body });
}

export function useCreateApp(tenant: string) {
	const client = useQueryClient();

	return useMutation({
		mutationFn: createApp,
		onSuccess: () => client.invalidateQueries({ queryKey: appsKey(tenant) }),
	});
}
