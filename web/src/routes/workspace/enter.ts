// SPDX-License-Identifier: Apache-2.0
import type { QueryClient } from "@tanstack/react-query";
import { notFound } from "@tanstack/react-router";

import { accessQuery, meQuery, switchTenant } from "@/features/auth/api/me";
import { type Grant, mayWith } from "@/lib/permission";
import { ApiError } from "@/lib/problem";

/** Binds the session to a tenant; tells what the account may do there. */
export async function enterTenant(client: QueryClient, tenant: string) {
	if (client.getQueryData(meQuery.queryKey)?.tenant !== tenant) {
		try {
			await switchTenant(client, tenant);
		} catch (error) {
			if (error instanceof ApiError && [403, 404, 422].includes(error.status)) throw notFound();
			throw error;
		}
	}
	return await client.query({ ...accessQuery(tenant), staleTime: "static" });
}

/** Where work in a tenant begins, for somebody with these grants. */
export function startPage(grants: readonly Grant[]) {
	return mayWith(grants)("app.read") ? "/tenants/$tenant/apps" : "/tenants/$tenant";
}
