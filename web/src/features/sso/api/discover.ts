// SPDX-License-Identifier: Apache-2.0
import { useAction } from "@/lib/action";
import { api, url } from "@/lib/api";
import { reads } from "@/lib/document";
import { z } from "@/lib/schema";

const foundSchema = reads("SsoDiscovery", z.object({ tenant: z.nullable(z.string()) }));

/** The tenant whose provider is responsible for the domain of an address. */
export function useDiscover() {
	return useAction((email: string) =>
		api(foundSchema, { path: "/api/sso/discover", query: { email }, anonymous: true }),
	);
}

/**
 * The address where the browser begins; the platform redirects to the provider.
 */
export function startAddress(tenant: string, back: string): string {
	return url("/api/sso/start", { tenant, return: back });
}
