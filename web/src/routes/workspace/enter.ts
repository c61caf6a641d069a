// SPDX-License-Identifier: Apache-2.0
import type { QueryClient } from "@tanstack/react-query";
import { notFound } from "@tanstack/react-router";

import { accessQuery } from "@/features/auth/api/me";
import { type Grant, mayWith } from "@/lib/permission";
import { ApiError } from "@/lib/problem";

/** The form of a tenant's name. */
const slug = /^[a-z][a-z0-9]{2,30}$/;
const lastKey = ["last-tenant"] as const;

/**
 * Reads the account's permissions in a tenant, and remembers it as this tab's
 * last.
 */
export async function enterTenant(client: QueryClient, tenant: string) {
	if (!slug.test(tenant)) throw notFound();
	try {
		const access = await client.query({ ...accessQuery(tenant), staleTime: "static" });

		client.setQueryData(lastKey, tenant);
		return access;
	} catch (error) {
		if (error instanceof ApiError && error.status === 404) throw notFound();
		throw error;
	}
}

/** The tenant that this tab was in last; other tabs have their own. */
export function lastTenant(client: QueryClient): string | null {
	return client.getQueryData<string>(lastKey) ?? null;
}

/** The page where work in a tenant begins, for these grants. */
export function startPage(grants: readonly Grant[]) {
	return mayWith(grants)("app.read") ? "/tenants/$tenant/apps" : "/tenants/$tenant";
}
