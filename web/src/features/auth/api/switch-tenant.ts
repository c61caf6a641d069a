// SPDX-License-Identifier: Apache-2.0
import { type QueryClient } from "@tanstack/react-query";

import { meQuery } from "@/features/auth/api/get-me";
import { api } from "@/lib/api";
import { nothing } from "@/lib/schema";
import { announceTenant } from "@/lib/tabs";

/** Binds the session to a tenant, and lets this browser's other tabs know. */
export async function switchTenant(client: QueryClient, tenant: string): Promise<void> {
	await api(nothing, { method: "POST", path: "/api/auth/switch", body: { tenant } });
	client.setQueryData(meQuery.queryKey, (me) => (me ? { ...me, tenant } : me));
	announceTenant(tenant);
}
