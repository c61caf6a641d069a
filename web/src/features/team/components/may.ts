// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";

import { rolesQuery } from "@/features/team/api/role";

/**
 * What to offer to somebody in this role, as far as the roles are known; the
 * platform decides on every request.
 */
export function useMay(tenant: string, role: string | null | undefined): (permission: string) => boolean {
	const roles = useQuery(rolesQuery(tenant)).data?.items;
	const mine = roles?.find(({ name }) => name === role)?.permissions ?? [];

	return (permission) => mine.includes(permission);
}
