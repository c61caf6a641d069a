// SPDX-License-Identifier: Apache-2.0
import { useState } from "react";

import { Alert } from "@/components/alert";
import { PageLink } from "@/components/page-link";
import { PublicPage } from "@/components/public-page";
import { RecoverForm } from "@/features/auth/components/recover-form";

export default function Recover() {
	const [sentTo, setSentTo] = useState<string | null>(null);

	return (
		<PublicPage
			title={sentTo === null ? "Forgot your password?" : "Check your mail"}
			lead={sentTo === null && "We will send you a link to set a new one."}
			footer={<PageLink href="/sign-in">Back to sign in</PageLink>}
		>
			{sentTo === null ? (
				<RecoverForm onDone={setSentTo} />
			) : (
				<Alert tone="info" title="If this account exists, a link is on its way">
					<p>
						We sent it to {sentTo}. It expires soon and works once.
					</p>
				</Alert>
			)}
		</PublicPage>
	);
}
