// SPDX-License-Identifier: Apache-2.0
import { useState } from "react";

import { Alert } from "@/components/alert";
import { PageLink } from "@/components/page-link";
import { PublicPage } from "@/components/public-page";
import { ResetForm } from "@/features/auth/components/reset-form";
import { useFragment } from "@/lib/fragment";

export default function Reset() {
	const token = useFragment("token");
	const [spent, setSpent] = useState<string | null>(null);
	const done = spent !== null && spent === token;

	return (
		<PublicPage
			title="Set a new password"
			footer={done ? <PageLink href="/sign-in">Go to sign-in</PageLink> : <PageLink href="/recover">Ask for a new link</PageLink>}
		>
			{done && (
				<Alert tone="ok" title="Your password is set">
					<p>Sign in with it now.</p>
				</Alert>
			)}
			{!done && token && <ResetForm key={token} token={token} onDone={() => setSpent(token)} />}
			{!done && !token && (
				<Alert tone="warn" title="This link is incomplete">
					<p>Open it again from the message, or copy the whole link into the address bar.</p>
				</Alert>
			)}
		</PublicPage>
	);
}
