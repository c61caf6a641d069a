// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from "react";

import { Alert, Problem } from "@/components/alert";
import { Button } from "@/components/button";
import { Loading } from "@/components/states";
import { type ShownInvitation, useAcceptInvitation, useInvitation } from "@/features/auth/api/invitation";
import { NewAccountForm } from "@/features/auth/components/new-account-form";
import { words } from "@/lib/format";
import { toApiError } from "@/lib/problem";

type Props = {
	token: string;
	/** The address of the signed-in account, or null. */
	signedInAs: string | null;
	signIn: ReactNode;
	onAccepted: (isNew: boolean) => void;
};

export function InvitationView({ token, signedInAs, signIn, onAccepted }: Props) {
	const invitation = useInvitation(token);

	if (invitation.error) {
		return (
			<Problem error={toApiError(invitation.error)}>
				<p>Ask the person who invited you to send it again.</p>
			</Problem>
		);
	}
	if (!invitation.data) return <Loading label="the invitation" />;
	const { tenant, role, inviter, email, account_exists } = invitation.data;

	return (
		<>
			<p>
				{inviter ?? "Someone"} invites <strong>{email}</strong> to <strong>{tenant}</strong> as{" "}
				<strong>{words(role)}</strong>.
			</p>
			{!account_exists ? (
				<NewAccount token={token} onAccepted={() => onAccepted(true)} />
			) : signedInAs === null ? (
				<Alert tone="info" title={`Sign in as ${email} to accept`} action={signIn}>
					<p>You return here afterwards.</p>
				</Alert>
			) : (
				<Accept token={token} invitation={invitation.data} signedInAs={signedInAs} onAccepted={() => onAccepted(false)} />
			)}
		</>
	);
}

function NewAccount({ token, onAccepted }: { token: string; onAccepted: () => void }) {
	const accept = useAcceptInvitation(false);

	return (
		<NewAccountForm
			label="Accept the invitation"
			submit="Create account and accept"
			busy={accept.isPending}
			error={accept.error}
			onChosen={(chosen) => accept.mutate({ token, ...chosen }, { onSuccess: onAccepted })}
		/>
	);
}

type AcceptProps = { token: string; invitation: ShownInvitation; signedInAs: string; onAccepted: () => void };

function Accept({ token, invitation, signedInAs, onAccepted }: AcceptProps) {
	const accept = useAcceptInvitation(true);

	if (signedInAs.toLowerCase() !== invitation.email.toLowerCase()) {
		return (
			<Alert tone="warn" title={`You are signed in as ${signedInAs}`}>
				<p>Sign out first, then open the link again and sign in as {invitation.email}.</p>
			</Alert>
		);
	}
	return (
		<>
			{accept.error && <Problem error={toApiError(accept.error)} />}
			<div>
				<Button
					kind="primary"
					busy={accept.isPending}
					onClick={() => accept.mutate({ token }, { onSuccess: onAccepted })}
				>
					Accept
				</Button>
			</div>
		</>
	);
}
