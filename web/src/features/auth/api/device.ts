// SPDX-License-Identifier: Apache-2.0
import { queryOptions } from "@tanstack/react-query";

import { api } from "@/lib/api";
import { useChange } from "@/lib/change";
import { reads } from "@/lib/document";
import { nothing, time, z } from "@/lib/schema";

/** A program that waits for approval (device authorization). */
const deviceSchema = reads("DeviceLogin", z.object({
	client_name: z.string(),
	client_ip: z.nullish(z.string()),
	created_at: z.nullish(time),
	expires_at: z.nullish(time),
}));

export function deviceQuery(userCode: string) {
	return queryOptions({
		queryKey: ["device", userCode],
		queryFn: ({ signal }) =>
			api(deviceSchema, { path: `/api/auth/device/${encodeURIComponent(userCode)}`, signal }),
		staleTime: Infinity,
		retry: false,
	});
}

export function useApproveDevice(userCode: string) {
	return useChange((approve: boolean) =>
		api(nothing, { method: "POST", path: "/api/auth/device/approve", body: { user_code: userCode, approve } }),
	);
}
