// SPDX-License-Identifier: Apache-2.0
import { useState } from "react";

import { Alert } from "@/components/alert";
import { PageLink } from "@/components/page-link";
import { PublicPage } from "@/components/public-page";
import { RegisterForm } from "@/features/auth/components/register-form";

export default function Register() {
	const [sentTo, setSentTo] = useState<string | null>(null);

	if (sentTo !== null) {
		return (
			<PublicPage title="Check your mail" footer={<PageLink href="/sign-in">Back to sign in</PageLink>}>
				<Alert tone="info" title={`A message is on its way to ${sentTo}`}>
					<p>Open the link in it to choose your name and password. It is good for a day, and works once.</p>
					<p>If no message comes, look among the junk. Asking again sends another after a while, not at once.</p>
				</Alert>
			</PublicPage>
		);
	}
	return (
		<PublicPage
			title="Create an account"
			lead={
				<>
					Already have one? <PageLink href="/sign-in">Sign in</PageLink>
				</>
			}
		>
			<RegisterForm onDone={setSentTo} />
		</PublicPage>
	);
}
