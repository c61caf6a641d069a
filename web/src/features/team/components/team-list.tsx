// SPDX-License-Identifier: Apache-2.0
import { useInfiniteQuery } from "@tanstack/react-query";
import { Plus, UsersRound } from "lucide-react";
import { type ReactNode, useState } from "react";

import { Tag } from "@/components/badge";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Form } from "@/components/form";
import { Row, Rows } from "@/components/rows";
import { Searched } from "@/components/searched";
import { Empty } from "@/components/states";
import { roleChoice } from "@/features/team/api/role";
import { type Team, teamsQuery, useSaveTeam } from "@/features/team/api/team";
import { RoleField } from "@/features/team/components/role-field";
import { words } from "@/lib/format";
import { useMay } from "@/lib/permission";
import type { Wanted } from "@/lib/wanted";

type Props = {
	tenant: string;
	wanted: Wanted;
	onWanted: (wanted: Wanted) => void;
	link: (team: Team) => ReactNode;
};

export function TeamList({ tenant, wanted, onWanted, link }: Props) {
	const teams = useInfiniteQuery(teamsQuery(tenant, wanted));
	const may = useMay();
	const [making, setMaking] = useState(false);
	const make = may("team.manage") && (
		<Button kind="primary" icon={<Plus aria-hidden="true" />} onClick={() => setMaking(true)}>
			New team
		</Button>
	);

	return (
		<>
			<Searched
				query={teams}
				label="teams"
				wanted={wanted}
				onWanted={onWanted}
				empty={
					<Empty icon={<UsersRound />} title="No team yet" action={make}>
						A team gives its members a role for certain applications.
					</Empty>
				}
			>
				{(items, more) => (
					<Card flush title="Teams" aside={make}>
						<Rows label="Teams">
							{items.map((team) => (
								<Row key={team.id} icon={<UsersRound />} title={link(team)}>
									<Tag>{team.custom_role ? team.role : words(team.role)}</Tag>
								</Row>
							))}
						</Rows>
						{more}
					</Card>
				)}
			</Searched>
			{making && <TeamForm tenant={tenant} team={null} onDone={() => setMaking(false)} />}
		</>
	);
}

type FormProps = { tenant: string; team: Team | null; onDone: () => void };

export function TeamForm({ tenant, team, onDone }: FormProps) {
	const save = useSaveTeam(tenant, team);

	return (
		<Dialog title={team ? `The team “${team.name}”` : "New team"} onClose={onDone}>
			<Form
				label={team ? "Edit the team" : "Create a team"}
				submit={team ? "Save" : "Create team"}
				fields={["name", "role"]}
				busy={save.isPending}
				error={save.error}
				cancel={{ label: "Cancel", onCancel: onDone }}
				onSubmit={({ name = "", role = "" }) => save.mutate({ name, ...roleChoice(role) }, { onSuccess: onDone })}
			>
				<Field name="name" label="Name" autoComplete="off" maxLength={60} defaultValue={team?.name} required />
				<RoleField
					tenant={tenant}
					hint="What its members may do with the team's applications."
					{...(team ? { initial: team } : {})}
				/>
			</Form>
		</Dialog>
	);
}
