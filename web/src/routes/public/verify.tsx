// SPDX-License-Identifier: Apache-2.0
import { Link } from "@tanstack/react-router";

import { Alert } from "@/components/alert";
import { PublicPage } from "@/components/public-page";
import { VerifyAccount } from "@/features/auth/components/verify-account";
import { useFragment } from "@/lib/fragment";

export default function Verify() {
	const token = useFragment("token");

	return (
		<PublicPage
			title="Confirm your address"
			lead="One step, and your account is ready."
			footer={<Link to="/sign-in">To sign in</Link>}
		>
			{token ? (
				<VerifyAccount key={token} token={token} signIn={<Link to="/sign-in">Sign in</Link>} />
			) : (
				<Alert tone="warn" title="This link is incomplete">
					<p>Open it again from the message, or copy all of it into the address bar.</p>
				</Alert>
			)}
		</PublicPage>
	);
}
