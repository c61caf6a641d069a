// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from "react";

import { Alert } from "@/components/alert";
import { useVerify } from "@/features/auth/api/account";
import { NewAccountForm } from "@/features/auth/components/new-account-form";

type Props = { token: string; signIn: ReactNode };

/*
 * The button, not opening the page, uses up the token: mail scanners open
 * every link.
 */
export function VerifyAccount({ token, signIn }: Props) {
	const verify = useVerify();

	if (verify.isSuccess) {
		return (
			<Alert tone="ok" title="Your account is ready">
				<p>You can sign in now. {signIn}</p>
			</Alert>
		);
	}
	return (
		<NewAccountForm
			label="Your new account"
			submit="Create account"
			busy={verify.isPending}
			error={verify.error}
			onChosen={(chosen) => verify.mutate({ token, ...chosen })}
		/>
	);
}
