// SPDX-License-Identifier: Apache-2.0
import { useInfiniteQuery } from "@tanstack/react-query";
import { MailPlus, Send } from "lucide-react";
import { useState } from "react";

import { Alert, Problem } from "@/components/alert";
import { Badge, Tag } from "@/components/badge";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { ConfirmButton } from "@/components/confirm-button";
import { Field } from "@/components/field";
import { Form } from "@/components/form";
import { Row, Rows } from "@/components/rows";
import { Searched } from "@/components/searched";
import { SearchSelect } from "@/components/search-select";
import { Empty } from "@/components/states";
import { RelativeTime } from "@/components/relative-time";
import {
	type Invitation,
	invitationsQuery,
	useInvite,
	useResendInvitation,
	useRevokeInvitation,
} from "@/features/team/api/invitation";
import { roleChoice } from "@/features/team/api/role";
import { teamsQuery } from "@/features/team/api/team";
import { RoleField } from "@/features/team/components/role-field";
import { words } from "@/lib/format";
import { useMay } from "@/lib/permission";
import { toApiError } from "@/lib/problem";
import type { Wanted } from "@/lib/wanted";

export function InviteForm({ tenant }: { tenant: string }) {
	const invite = useInvite(tenant);
	const [q, setQ] = useState("");
	const found = useInfiniteQuery(teamsQuery(tenant, { q, sort: "name" }));
	const teams = found.data?.pages.flatMap(({ items }) => items) ?? [];
	const [sentTo, setSentTo] = useState<string | null>(null);
	const [turn, setTurn] = useState(0);

	return (
		<Card title="Invite someone">
			{sentTo !== null && !invite.isPending && !invite.error && (
				<Alert tone="ok" title={`An invitation is on its way to ${sentTo}`} />
			)}
			<Form
				key={turn}
				label="Invite someone"
				submit="Send invitation"
				fields={["email", "role", "team"]}
				busy={invite.isPending}
				error={invite.error}
				onSubmit={({ email = "", role = "", team = "" }) =>
					invite.mutate(
						{ email, ...roleChoice(role), ...(team === "" ? {} : { team }) },
						{
							onSuccess: () => {
								setSentTo(email);
								setTurn((last) => last + 1);
							},
						},
					)
				}
			>
				<Field name="email" label="E-mail" type="email" autoComplete="off" required />
				<RoleField tenant={tenant} hint="You cannot give permissions that you do not have." />
				{(teams.length > 0 || q !== "") && (
					<SearchSelect
						name="team"
						label="Team"
						none="No team"
						things={teams.map(({ id, name }) => ({ id, title: name }))}
						finding={{ q, onQ: setQ, more: found.hasNextPage }}
					/>
				)}
			</Form>
		</Card>
	);
}

type ListProps = { tenant: string; wanted: Wanted; onWanted: (wanted: Wanted) => void };

export function InvitationList({ tenant, wanted, onWanted }: ListProps) {
	return (
		<Searched
			query={useInfiniteQuery(invitationsQuery(tenant, wanted))}
			label="invitations"
			wanted={wanted}
			onWanted={onWanted}
			empty={
				<Empty icon={<MailPlus />} title="No open invitation">
					People you invite are listed here until they accept.
				</Empty>
			}
		>
			{(invitations, more) => (
				<Card flush title="Open invitations">
					<Rows label="Invitations">
						{invitations.map((invitation) => (
							<InvitationRow key={invitation.id} tenant={tenant} invitation={invitation} />
						))}
					</Rows>
					{more}
				</Card>
			)}
		</Searched>
	);
}

function InvitationRow({ tenant, invitation }: { tenant: string; invitation: Invitation }) {
	const manage = useMay()("member.manage");
	const resend = useResendInvitation(tenant);
	const revoke = useRevokeInvitation(tenant);
	const error = resend.error ?? revoke.error;
	const { id, email, role, custom_role, team_name, inviter, sent_at, expired } = invitation;

	return (
		<Row
			icon={<MailPlus />}
			title={email}
			detail={
				<>
					{inviter && <>by {inviter}</>}
					{sent_at && (
						<>
							{inviter && " · "}
							sent <RelativeTime time={sent_at} />
						</>
					)}
					{team_name && <> · team {team_name}</>}
				</>
			}
		>
			{expired && <Badge tone="warn">Expired</Badge>}
			{resend.isSuccess && <Badge tone="ok">Sent again</Badge>}
			<Tag>{custom_role ? role : words(role)}</Tag>
			{manage && (
				<>
					<Button
						size="sm"
						icon={<Send aria-hidden="true" />}
						busy={resend.isPending}
						aria-label={`Send again: the invitation to ${email}`}
						onClick={() => resend.mutate(id)}
					>
						Send again
					</Button>
					<ConfirmButton
						label={`Withdraw the invitation to ${email}`}
						busy={revoke.isPending}
						question={`Withdraw the invitation to ${email}?`}
						confirm="Withdraw"
						consequence={<p>Its link stops working immediately.</p>}
						onConfirm={() => revoke.mutate(id)}
					>
						Withdraw
					</ConfirmButton>
				</>
			)}
			{error && <Problem error={toApiError(error)} />}
		</Row>
	);
}
