// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from "react";

import { Alert, Problem } from "@/components/alert";
import { Button } from "@/components/button";
import { useVerify } from "@/features/auth/api/account";
import { toApiError } from "@/lib/problem";

type Props = { token: string; signIn: ReactNode };

/* Only the button uses up the token, since mail scanners open every link. */
export function VerifyAccount({ token, signIn }: Props) {
	const verify = useVerify();

	if (verify.isSuccess) {
		return (
			<Alert tone="ok" title="Your address is confirmed">
				<p>You can sign in now. {signIn}</p>
			</Alert>
		);
	}
	return (
		<>
			{verify.error && (
				<Problem error={toApiError(verify.error)}>
					<p>Register again with the same address to get a new link.</p>
				</Problem>
			)}
			<div>
				<Button kind="primary" busy={verify.isPending} onClick={() => verify.mutate(token)}>
					Confirm my address
				</Button>
			</div>
		</>
	);
}
