// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { KeySquare, Plus } from "lucide-react";
import { useState } from "react";

import { Problem } from "@/components/alert";
import { Tag } from "@/components/badge";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { ConfirmButton } from "@/components/confirm-button";
import { Row, Rows } from "@/components/rows";
import { Loaded } from "@/components/states";
import { type Role, rolesQuery, useRemoveRole } from "@/features/team/api/role";
import { RoleForm } from "@/features/team/components/role-form";
import { words } from "@/lib/format";
import { useMay } from "@/lib/permission";
import { toApiError } from "@/lib/problem";

type Props = { tenant: string; environments: string[] };

export function RoleList({ tenant, environments }: Props) {
	const roles = useQuery(rolesQuery(tenant));
	const may = useMay();
	const [editing, setEditing] = useState<Role | "new" | null>(null);

	return (
		<Loaded query={roles} label="roles">
			{({ items }) => (
				<>
					<Card
						flush
						title="Roles"
						aside={
							may("role.manage") && (
								<Button icon={<Plus aria-hidden="true" />} onClick={() => setEditing("new")}>
									New role
								</Button>
							)
						}
					>
						<Rows label="Roles">
							{items.map((one) => (
								<RoleRow
									key={one.name}
									tenant={tenant}
									role={one}
									onEdit={may("role.manage") && one.id ? () => setEditing(one) : undefined}
								/>
							))}
						</Rows>
					</Card>
					{editing && (
						<RoleForm
							tenant={tenant}
							role={editing === "new" ? null : editing}
							environments={environments}
							onDone={() => setEditing(null)}
						/>
					)}
				</>
			)}
		</Loaded>
	);
}

type RowProps = { tenant: string; role: Role; onEdit: (() => void) | undefined };

function RoleRow({ tenant, role, onEdit }: RowProps) {
	const remove = useRemoveRole(tenant);
	const { id, name, about, permissions } = role;

	return (
		<Row
			icon={<KeySquare />}
			title={
				<>
					{id ? name : words(name)}
					<Tag>{id ? "custom" : "preset"}</Tag>
				</>
			}
			detail={
				<>
					{about && <p>{about}</p>}
					<details>
						<summary>
							{permissions.length} {permissions.length === 1 ? "permission" : "permissions"}
						</summary>
						<code>{permissions.join(" · ")}</code>
					</details>
				</>
			}
		>
			{onEdit && (
				<>
					<Button size="sm" aria-label={`Edit ${name}`} onClick={onEdit}>
						Edit
					</Button>
					<ConfirmButton
						label={`Delete ${name}`}
						busy={remove.isPending}
						question={`Delete the role “${name}”?`}
						confirm="Delete"
						consequence={<p>A role can be deleted only while no member and no team has it.</p>}
						onConfirm={() => id && remove.mutate(id)}
					>
						Delete
					</ConfirmButton>
				</>
			)}
			{remove.error && <Problem error={toApiError(remove.error)} />}
		</Row>
	);
}
