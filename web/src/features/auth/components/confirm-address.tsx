// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from "react";

import { Alert, Problem } from "@/components/alert";
import { Button } from "@/components/button";
import { useConfirmEmail } from "@/features/auth/api/account";
import { toApiError } from "@/lib/problem";

type Props = {
	token: string;
	/** The address of whoever is signed in, or null. */
	signedInAs: string | null;
	signIn: ReactNode;
};

/** A link of a change of address counts only for who is signed in to that account. */
export function ConfirmAddress({ token, signedInAs, signIn }: Props) {
	const confirm = useConfirmEmail();

	if (signedInAs === null) {
		return (
			<Alert tone="info" title="Sign in to the account whose address changes" action={signIn}>
				<p>You return here afterwards.</p>
			</Alert>
		);
	}
	if (confirm.data) {
		const { email } = confirm.data;

		return email === signedInAs ? (
			<Alert tone="ok" title="You have confirmed the change">
				<p>The address changes as soon as the link in the other message is followed, too.</p>
			</Alert>
		) : (
			<Alert tone="ok" title={`Your address is now ${email}`}>
				<p>Sign in with it from now on.</p>
			</Alert>
		);
	}
	return (
		<>
			<p>
				You are signed in as <strong>{signedInAs}</strong>.
			</p>
			{confirm.error && <Problem error={toApiError(confirm.error)} />}
			<div>
				<Button kind="primary" busy={confirm.isPending} onClick={() => confirm.mutate(token)}>
					Confirm the new address
				</Button>
			</div>
		</>
	);
}
