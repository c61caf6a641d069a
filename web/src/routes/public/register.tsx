// SPDX-License-Identifier: Apache-2.0
import { Link } from "@tanstack/react-router";
import { useState } from "react";

import { Alert } from "@/components/alert";
import { PublicPage } from "@/components/public-page";
import { RegisterForm } from "@/features/auth/components/register-form";

export default function Register() {
	const [sentTo, setSentTo] = useState<string | null>(null);

	if (sentTo !== null) {
		return (
			<PublicPage title="Check your mail" footer={<Link to="/sign-in">Back to sign in</Link>}>
				<Alert tone="info" title={`A message is on its way to ${sentTo}`}>
					<p>Open the link in it to confirm your address. It holds for a limited time and works once.</p>
				</Alert>
			</PublicPage>
		);
	}
	return (
		<PublicPage
			title="Create an account"
			lead={
				<>
					Have one already? <Link to="/sign-in">Sign in</Link>
				</>
			}
		>
			<RegisterForm onDone={setSentTo} />
		</PublicPage>
	);
}
