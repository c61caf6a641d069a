// SPDX-License-Identifier: Apache-2.0
import { time, z } from "@/lib/schema";

export const appSchema = z.object({
	id: z.string().nullish(),
	name: z.string(),
	display_name: z.string().nullish(),
	created_at: time.nullish(),
});

export type App = z.output<typeof appSchema>;

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
