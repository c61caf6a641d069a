// SPDX-License-Identifier: Apache-2.0
import { Plus, X } from "lucide-react";

import { Button, IconButton } from "@/components/button";
import { words } from "@/lib/format";

import css from "./sso.module.css";

export type GroupRole = { group: string; role: string };

type Props = { roles: string[]; value: GroupRole[]; onChange: (value: GroupRole[]) => void };

/** Which group of the provider gives which role; used at each sign-in. */
export function GroupRoles({ roles, value, onChange }: Props) {
	const change = (index: number, part: Partial<GroupRole>) =>
		onChange(value.map((entry, at) => (at === index ? { ...entry, ...part } : entry)));

	return (
		<fieldset className={css.groups}>
			<legend>Roles by group</legend>
			{value.map(({ group, role }, index) => (
				<div key={index} className={css.group}>
					<input
						className={css.input}
						aria-label={`Group ${index + 1}`}
						placeholder="Group"
						value={group}
						onChange={(event) => change(index, { group: event.target.value })}
					/>
					<select
						className={css.input}
						aria-label={`Role of group ${index + 1}`}
						value={role}
						onChange={(event) => change(index, { role: event.target.value })}
					>
						{roles.map((name) => (
							<option key={name} value={name}>
								{words(name)}
							</option>
						))}
					</select>
					<IconButton
						label={`Remove group ${index + 1}`}
						icon={<X aria-hidden="true" />}
						onClick={() => onChange(value.filter((_, at) => at !== index))}
					/>
				</div>
			))}
			<div>
				<Button
					size="sm"
					icon={<Plus aria-hidden="true" />}
					onClick={() => onChange([...value, { group: "", role: roles[0] ?? "viewer" }])}
				>
					Add a group
				</Button>
			</div>
		</fieldset>
	);
}
