// SPDX-License-Identifier: Apache-2.0
import { queryOptions } from "@tanstack/react-query";

import type { RoleChoice } from "@/features/team/api/member";
import { api } from "@/lib/api";
import { useChange } from "@/lib/change";
import { reads } from "@/lib/document";
import { nothing, page, z } from "@/lib/schema";

const roleSchema = reads("Role", z.object({
	/** Presets have no id: they belong to the platform. */
	id: z.nullish(z.string()),
	name: z.string(),
	about: z.nullish(z.string()),
	/** "app.deploy", or "app.deploy@dev" for one environment only. */
	permissions: z.array(z.string()),
	version: z.nullish(z.int()),
}));

export type Role = z.output<typeof roleSchema>;

const permissionSchema = reads("Permission", z.object({
	name: z.string(),
	about: z.string(),
	/** The narrowest limit: tenant, application or environment. */
	scope: z.string(),
}));

export type Permission = z.output<typeof permissionSchema>;

const rolesKey = (tenant: string) => ["tenant", tenant, "roles"] as const;

export function rolesQuery(tenant: string) {
	return queryOptions({
		queryKey: rolesKey(tenant),
		queryFn: ({ signal }) => api(page(roleSchema), { tenant, path: "/api/tenants/roles", signal }),
	});
}

export function permissionsQuery(tenant: string) {
	return queryOptions({
		queryKey: ["tenant", tenant, "permissions"],
		queryFn: ({ signal }) => api(page(permissionSchema), { tenant, path: "/api/tenants/permissions", signal }),
		staleTime: Infinity,
	});
}

type RoleFacts = { name: string; about: string; permissions: string[] };

/** Makes a role, or changes the given one. */
export function useSaveRole(tenant: string, role: Role | null) {
	return useChange(
		(body: RoleFacts) =>
			role?.id
				? api(nothing, {
						tenant,
						method: "PATCH",
						path: `/api/tenants/roles/${encodeURIComponent(role.id)}`,
						body,
						version: role.version ?? undefined,
					})
				: api(nothing, { tenant, method: "POST", path: "/api/tenants/roles", body }),
		[rolesKey(tenant)],
	);
}

export function useRemoveRole(tenant: string) {
	return useChange(
		(id: string) => api(nothing, { tenant, method: "DELETE", path: `/api/tenants/roles/${encodeURIComponent(id)}` }),
		[rolesKey(tenant)],
	);
}

/** A role as the value of a choice: custom roles by id, presets by name. */
export function roleValue({ id, name }: Role): string {
	return id ? `custom:${id}` : name;
}

export function roleChoice(value: string): RoleChoice {
	return value.startsWith("custom:") ? { custom_role: value.slice(7) } : { role: value };
}
