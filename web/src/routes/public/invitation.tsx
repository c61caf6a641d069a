// SPDX-License-Identifier: Apache-2.0
import { useState } from "react";

import { Alert } from "@/components/alert";
import { buttonClass } from "@/components/button";
import { PageLink } from "@/components/page-link";
import { PublicPage } from "@/components/public-page";
import { Loading } from "@/components/states";
import { fetchMe } from "@/features/auth/api/account";
import { InvitationView } from "@/features/auth/components/invitation-view";
import { useLoad } from "@/lib/action";
import { useFragment } from "@/lib/fragment";
import { setMailToken, getMailToken } from "@/lib/mail-token";
import { openPage } from "@/lib/navigate";

export default function Invitation() {
	const fragment = useFragment("token");
	const [kept] = useState(getMailToken);
	const token = fragment ?? kept;
	const me = useLoad("me", fetchMe);
	const [made, setMade] = useState(false);

	function accepted(isNew: boolean) {
		setMailToken(null);
		if (isNew) {
			setMade(true);
			return;
		}
		openPage("/tenants");
	}
	return (
		<PublicPage title="You are invited" footer={<PageLink href="/">Go to the console</PageLink>}>
			{made ? (
				<Alert
					tone="ok"
					title="Your account is ready, and you are a member"
					action={
						<PageLink href="/sign-in" className={buttonClass({ kind: "primary" })}>
							Sign in
						</PageLink>
					}
				/>
			) : !token ? (
				<Alert tone="warn" title="This link is incomplete">
					<p>Open it again from the message, or copy the whole link into the address bar.</p>
				</Alert>
			) : me.data === undefined && !me.error ? (
				<Loading label="the invitation" />
			) : (
				<InvitationView
					key={token}
					token={token}
					signedInAs={me.data?.account.email ?? null}
					signIn={
						<PageLink
							href="/sign-in?next=/invitation"
							className={buttonClass({ kind: "primary" })}
							onClick={() => setMailToken(token)}
						>
							Sign in
						</PageLink>
					}
					onAccepted={accepted}
				/>
			)}
		</PublicPage>
	);
}
