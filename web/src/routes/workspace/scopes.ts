// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";

import { permissionsQuery } from "@/features/team/api/role";

/** Permissions with their sentences; only the given ones. */
export function useScopes(tenant: string, given: readonly string[] | undefined) {
	const all = useQuery(permissionsQuery(tenant)).data?.items ?? [];

	return given ? all.filter(({ name }) => given.includes(name)) : all;
}
