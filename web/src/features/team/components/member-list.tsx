// SPDX-License-Identifier: Apache-2.0
import { useInfiniteQuery } from "@tanstack/react-query";
import { Bot, Crown, LockOpen, MoreHorizontal, UserCog, UserMinus, UserRound } from "lucide-react";
import { useState } from "react";

import { Problem } from "@/components/alert";
import { Badge, Tag } from "@/components/badge";
import { IconButton } from "@/components/button";
import { Card } from "@/components/card";
import { Confirm } from "@/components/confirm";
import { Dialog } from "@/components/dialog";
import { Form } from "@/components/form";
import { GivenName } from "@/components/given-name";
import { Menu, MenuItem } from "@/components/menu";
import { Row, Rows } from "@/components/rows";
import { Searched } from "@/components/searched";
import { Empty } from "@/components/states";
import { RelativeTime } from "@/components/relative-time";
import {
	type Member,
	membersQuery,
	useChangeRole,
	useRemoveMember,
	useTransferOwnership,
	useUnlockMember,
} from "@/features/team/api/member";
import { roleChoice } from "@/features/team/api/role";
import { RoleField } from "@/features/team/components/role-field";
import { words } from "@/lib/format";
import { useMay } from "@/lib/permission";
import { toApiError } from "@/lib/problem";
import type { Wanted } from "@/lib/wanted";

type Props = {
	tenant: string;
	/** The id of the signed-in account. */
	me: string;
	wanted: Wanted;
	onWanted: (wanted: Wanted) => void;
	onLeft: () => void;
};

export function MemberList({ tenant, me, wanted, onWanted, onLeft }: Props) {
	return (
		<Searched
			query={useInfiniteQuery(membersQuery(tenant, wanted))}
			label="members"
			wanted={wanted}
			onWanted={onWanted}
			empty={
				<Empty icon={<UserRound />} title="No members">
					People who accept an invitation are listed here.
				</Empty>
			}
		>
			{(members, more) => (
				<Card flush>
					<Rows label="Members">
						{members.map((member) => (
							<MemberRow key={member.id} tenant={tenant} me={me} member={member} onLeft={onLeft} />
						))}
					</Rows>
					{more}
				</Card>
			)}
		</Searched>
	);
}

type RowProps = { tenant: string; me: string; member: Member; onLeft: () => void };
type Task = "role" | "owner" | "remove" | null;

function MemberRow({ tenant, me, member, onLeft }: RowProps) {
	const [task, setTask] = useState<Task>(null);
	const unlock = useUnlockMember(tenant);
	const own = useTransferOwnership(tenant);
	const remove = useRemoveMember(tenant);
	const error = unlock.error ?? own.error ?? remove.error;
	const self = member.id === me;
	const done = () => setTask(null);

	return (
		<Row
			icon={member.kind === "service" ? <Bot /> : <UserRound />}
			title={
				<>
					<GivenName>{member.name}</GivenName>
					{self && <Tag>you</Tag>}
					{member.kind === "service" && <Tag>service account</Tag>}
				</>
			}
			detail={<Detail member={member} />}
		>
			{member.locked_until && <Badge tone="warn">Locked</Badge>}
			{member.state !== "active" && <Badge tone="idle">{words(member.state)}</Badge>}
			<Tag>{member.custom_role ? member.role : words(member.role)}</Tag>
			<Actions me={me} member={member} onTask={setTask} onUnlock={() => unlock.mutate(member.id)} />
			{error && <Problem error={toApiError(error)} />}
			{task === "role" && <ChangeRole tenant={tenant} member={member} onDone={done} />}
			{task === "owner" && (
				<Confirm
					title={`Make ${member.name} the owner?`}
					confirm="Transfer ownership"
					danger
					onConfirm={() => {
						done();
						own.mutate(member.id);
					}}
					cancel={{ label: "Cancel", onCancel: done }}
				>
					<p>You become an admin. Only the new owner can transfer it back.</p>
				</Confirm>
			)}
			{task === "remove" && (
				<Confirm
					title={self ? "Leave this tenant?" : `Remove ${member.name}?`}
					confirm={self ? "Leave" : "Remove"}
					danger
					onConfirm={() => {
						done();
						remove.mutate(member.id, self ? { onSuccess: onLeft } : {});
					}}
					cancel={{ label: "Cancel", onCancel: done }}
				>
					<p>
						{self
							? "You lose access to everything in it within seconds. You can be invited again."
							: "Their open sessions and streams in this tenant end within seconds."}
					</p>
				</Confirm>
			)}
		</Row>
	);
}

function Detail({ member }: { member: Member }) {
	return (
		<>
			{member.email}
			{member.email && member.created_at && " · "}
			{member.created_at && (
				<>
					since <RelativeTime time={member.created_at} />
				</>
			)}
		</>
	);
}

type ActionsProps = {
	me: string;
	member: Member;
	onTask: (task: Task) => void;
	onUnlock: () => void;
};

function Actions({ me, member, onTask, onUnlock }: ActionsProps) {
	const may = useMay();
	const self = member.id === me;
	const manage = may("member.manage");

	if (!manage && !self) return null;
	return (
		<Menu
			trigger={
				<IconButton label={`Actions for ${member.name}`} icon={<MoreHorizontal aria-hidden="true" />} />
			}
		>
			{manage && (
				<MenuItem icon={<UserCog aria-hidden="true" />} onSelect={() => onTask("role")}>
					Change role
				</MenuItem>
			)}
			{manage && member.locked_until && (
				<MenuItem icon={<LockOpen aria-hidden="true" />} onSelect={onUnlock}>
					Unlock
				</MenuItem>
			)}
			{!self && may("tenant.delete") && member.kind === "person" && member.role !== "owner" && (
				<MenuItem icon={<Crown aria-hidden="true" />} onSelect={() => onTask("owner")}>
					Make owner
				</MenuItem>
			)}
			<MenuItem icon={<UserMinus aria-hidden="true" />} onSelect={() => onTask("remove")}>
				{self ? "Leave the tenant" : "Remove"}
			</MenuItem>
		</Menu>
	);
}

function ChangeRole({ tenant, member, onDone }: { tenant: string; member: Member; onDone: () => void }) {
	const change = useChangeRole(tenant, member);

	return (
		<Dialog title={`The role of ${member.name}`} onClose={onDone}>
			<Form
				label="Change the role"
				submit="Change role"
				fields={["role"]}
				busy={change.isPending}
				error={change.error}
				cancel={{ label: "Cancel", onCancel: onDone }}
				onSubmit={({ role = "" }) => change.mutate(roleChoice(role), { onSuccess: onDone })}
			>
				<RoleField
					tenant={tenant}
					initial={member}
					hint="Takes effect within seconds, also in open sessions. You cannot give permissions that you do not have."
				/>
			</Form>
		</Dialog>
	);
}
