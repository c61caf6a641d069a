// SPDX-License-Identifier: Apache-2.0

import { Alert } from "@/components/alert";
import { PageLink } from "@/components/page-link";
import { PublicPage } from "@/components/public-page";
import { VerifyAccount } from "@/features/auth/components/verify-account";
import { useFragment } from "@/lib/fragment";

export default function Verify() {
	const token = useFragment("token");

	return (
		<PublicPage
			title="Choose your name and password"
			lead="Your address is confirmed with it, and your account is ready."
			footer={<PageLink href="/sign-in">Go to sign-in</PageLink>}
		>
			{token ? (
				<VerifyAccount key={token} token={token} signIn={<PageLink href="/sign-in">Sign in</PageLink>} />
			) : (
				<Alert tone="warn" title="This link is incomplete">
					<p>Open it again from the message, or copy the whole link into the address bar.</p>
				</Alert>
			)}
		</PublicPage>
	);
}
