// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";

import { SelectField } from "@/components/field";
import { Loaded } from "@/components/states";
import { rolesQuery, roleValue } from "@/features/team/api/role";
import { words } from "@/lib/format";

type Props = { tenant: string; label?: string; hint?: string; initial?: { role: string; custom_role?: string | null | undefined } };

/** A choice of the tenant's roles; roleChoice() reads its value. */
export function RoleField({ tenant, label = "Role", hint, initial }: Props) {
	const roles = useQuery(rolesQuery(tenant));

	return (
		<Loaded query={roles} label="roles">
			{({ items }) => (
				<SelectField
					name="role"
					label={label}
					hint={hint}
					initial={initial?.custom_role ? `custom:${initial.custom_role}` : (initial?.role ?? "viewer")}
					options={items.map((role) => ({
						value: roleValue(role),
						title: role.id ? `${role.name} (custom)` : words(role.name),
					}))}
				/>
			)}
		</Loaded>
	);
}
