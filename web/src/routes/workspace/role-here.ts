// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";

import { meQuery } from "@/features/auth/api/me";
import { tenantsQuery } from "@/features/tenants/api/tenant";

/** Who is looking, and as what in this tenant. */
export function useMeHere(tenant: string) {
	const me = useQuery(meQuery).data;
	const here = useQuery(tenantsQuery).data?.items.find(({ slug }) => slug === tenant);

	return { id: me?.account.id ?? "", role: here?.role, tier: here?.tier };
}
