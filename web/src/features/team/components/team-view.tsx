// SPDX-License-Identifier: Apache-2.0
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Boxes, UserRound } from "lucide-react";
import { useState } from "react";

import { Problem } from "@/components/alert";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { ConfirmButton } from "@/components/confirm-button";
import { Row, Rows } from "@/components/rows";
import { type Finding, SearchSelect, type Thing } from "@/components/search-select";
import { Loaded } from "@/components/states";
import { membersQuery } from "@/features/team/api/member";
import { type Team, teamQuery, useRemoveTeam, useSetBelonging } from "@/features/team/api/team";
import { TeamForm } from "@/features/team/components/team-list";
import { useMay } from "@/lib/permission";
import { toApiError } from "@/lib/problem";

import css from "./team.module.css";

type Choices = { things: Thing[]; finding: Finding };

type Props = {
	tenant: string;
	id: string;
	/** The tenant's applications that were found, as choices. */
	applications: Choices;
	onRemoved: () => void;
};

export function TeamView({ tenant, id, applications, onRemoved }: Props) {
	const team = useQuery(teamQuery(tenant, id));
	const manage = useMay()("team.manage");
	const [q, setQ] = useState("");
	const found = useInfiniteQuery({ ...membersQuery(tenant, { q, sort: "name" }), enabled: manage });
	const members = found.data?.pages.flatMap(({ items }) => items) ?? [];

	return (
		<Loaded query={team} label="the team">
			{(data) => (
				<>
					{manage && <Change tenant={tenant} team={data} onRemoved={onRemoved} />}
					<Belongings
						tenant={tenant}
						team={id}
						kind="members"
						title="Members of the team"
						empty="This team has no members yet."
						here={data.members.map((member) => ({ id: member.id, title: member.name }))}
						all={{
							things: members.map((member) => ({ id: member.id, title: personTitle(member) })),
							finding: { q, onQ: setQ, more: found.hasNextPage },
						}}
						manage={manage}
					/>
					<Belongings
						tenant={tenant}
						team={id}
						kind="applications"
						title="Applications of the team"
						empty="This team has no applications yet."
						here={data.applications.map(({ name, display_name }) => ({ id: name, title: display_name ?? name }))}
						all={applications}
						manage={manage}
					/>
				</>
			)}
		</Loaded>
	);
}

function Change({ tenant, team, onRemoved }: { tenant: string; team: Team; onRemoved: () => void }) {
	const [editing, setEditing] = useState(false);
	const remove = useRemoveTeam(tenant);

	return (
		<div className={css.actions}>
			<Button onClick={() => setEditing(true)}>Edit name and role</Button>
			<ConfirmButton
				busy={remove.isPending}
				question={`Delete the team “${team.name}”?`}
				confirm="Delete team"
				consequence={<p>Members lose the permissions that only the team gave them. They stay in the tenant.</p>}
				onConfirm={() => remove.mutate(team.id, { onSuccess: onRemoved })}
			>
				Delete the team
			</ConfirmButton>
			{remove.error && <Problem error={toApiError(remove.error)} />}
			{editing && <TeamForm tenant={tenant} team={team} onDone={() => setEditing(false)} />}
		</div>
	);
}

type BelongingsProps = {
	tenant: string;
	team: string;
	kind: "members" | "applications";
	title: string;
	empty: string;
	here: Thing[];
	all: Choices;
	manage: boolean;
};

function Belongings({ tenant, team, kind, title, empty, here, all, manage }: BelongingsProps) {
	const set = useSetBelonging(tenant, team);
	const elsewhere = all.things.filter(({ id }) => !here.some((one) => one.id === id));

	return (
		<Card flush title={title}>
			{set.error && <Problem error={toApiError(set.error)} />}
			{here.length === 0 ? (
				<p className={css.empty}>{empty}</p>
			) : (
				<Rows label={title}>
					{here.map(({ id, title: name }) => (
						<Row key={id} icon={kind === "members" ? <UserRound /> : <Boxes />} title={name}>
							{manage && (
								<Button
									size="sm"
									kind="danger"
									busy={set.isPending && set.variables.which === id}
									aria-label={`Remove ${name} from the team`}
									onClick={() => set.mutate({ kind, which: id, belongs: false })}
								>
									Remove
								</Button>
							)}
						</Row>
					))}
				</Rows>
			)}
			{manage && (elsewhere.length > 0 || all.finding.more || all.finding.q !== "") && (
				<Add
					label={kind === "members" ? "Member to add" : "Application to add"}
					things={elsewhere}
					finding={all.finding}
					busy={set.isPending}
					onAdd={(which) => set.mutate({ kind, which, belongs: true })}
				/>
			)}
		</Card>
	);
}

type AddProps = { label: string; things: Thing[]; finding: Finding; busy: boolean; onAdd: (id: string) => void };

function Add({ label, things, finding, busy, onAdd }: AddProps) {
	const [chosen, setChosen] = useState<string | null>(null);
	const [turn, setTurn] = useState(0);
	const value = chosen ?? things[0]?.id;

	return (
		<div className={css.add}>
			<SearchSelect key={turn} label={label} things={things} finding={finding} onChoice={setChosen} />
			<Button
				size="sm"
				busy={busy}
				disabled={value === undefined}
				onClick={() => {
					if (value === undefined) return;
					onAdd(value);
					setChosen(null);
					setTurn((last) => last + 1);
				}}
			>
				Add
			</Button>
		</div>
	);
}

/** Names are not unique; addresses are. */
function personTitle({ name, email }: { name: string; email?: string | null | undefined }): string {
	return email ? `${name} (${email})` : name;
}
