// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Dialog } from "@/components/dialog";
import { Field, CheckboxGroup } from "@/components/field";
import { Form } from "@/components/form";
import { Loaded } from "@/components/states";
import { type Permission, permissionsQuery, type Role, useSaveRole } from "@/features/team/api/role";

type Props = { tenant: string; role: Role | null; environments: string[]; onDone: () => void };

export function RoleForm({ tenant, role, environments, onDone }: Props) {
	const permissions = useQuery(permissionsQuery(tenant));
	const save = useSaveRole(tenant, role);
	const [chosen, setChosen] = useState<string[]>(role?.permissions ?? ["tenant.read"]);

	return (
		<Dialog title={role ? `The role “${role.name}”` : "New role"} onClose={onDone}>
			<Form
				label={role ? "Edit the role" : "Create a role"}
				submit={role ? "Save" : "Create role"}
				fields={["name", "about", "permissions"]}
				busy={save.isPending}
				error={save.error}
				cancel={{ label: "Cancel", onCancel: onDone }}
				onSubmit={({ name = "", about = "" }) =>
					save.mutate({ name, about, permissions: chosen }, { onSuccess: onDone })
				}
			>
				<Field
					name="name"
					label="Name"
					hint="Lower-case letters, digits and hyphens, such as release-manager."
					autoComplete="off"
					autoCapitalize="none"
					spellCheck={false}
					maxLength={39}
					defaultValue={role?.name}
					required
				/>
				<Field
					name="about"
					label="Purpose"
					autoComplete="off"
					maxLength={500}
					defaultValue={role?.about ?? ""}
				/>
				<Loaded query={permissions} label="permissions">
					{({ items }) => (
						<CheckboxGroup
							name="permissions"
							label="Permissions"
							hint="You can give permissions that you have yourself."
							choices={items.flatMap((permission) => choices(permission, environments))}
							chosen={chosen}
							onChange={setChosen}
						/>
					)}
				</Loaded>
			</Form>
		</Dialog>
	);
}

/** A permission, and the same for one environment where that is possible. */
function choices({ name, about, scope }: Permission, environments: string[]) {
	const everywhere = { value: name, title: name, detail: about };

	if (scope !== "environment") return [everywhere];
	return [
		everywhere,
		...environments.map((environment) => ({
			value: `${name}@${environment}`,
			title: `${name} in ${environment} only`,
		})),
	];
}
