// SPDX-License-Identifier: Apache-2.0
import { useState } from "react";

import { Alert } from "@/components/alert";
import { buttonClass } from "@/components/button";
import { PageLink } from "@/components/page-link";
import { PublicPage } from "@/components/public-page";
import { Loading } from "@/components/states";
import { fetchMe } from "@/features/auth/api/account";
import { ConfirmAddress } from "@/features/auth/components/confirm-address";
import { useLoad } from "@/lib/action";
import { useFragment } from "@/lib/fragment";
import { getMailToken, setMailToken } from "@/lib/mail-token";

export default function Confirm() {
	const fragment = useFragment("token");
	const [kept] = useState(getMailToken);
	const token = fragment ?? kept;
	const me = useLoad("me", fetchMe);

	return (
		<PublicPage title="Confirm a change of address" footer={<PageLink href="/">Go to the console</PageLink>}>
			{!token ? (
				<Alert tone="warn" title="This link is incomplete">
					<p>Open it again from the message, or copy the whole link into the address bar.</p>
				</Alert>
			) : me.data === undefined && !me.error ? (
				<Loading label="your account" />
			) : (
				<ConfirmAddress
					key={token}
					token={token}
					signedInAs={me.data?.account.email ?? null}
					signIn={
						<PageLink
							href="/sign-in?next=/confirm"
							className={buttonClass({ kind: "primary" })}
							onClick={() => setMailToken(token)}
						>
							Sign in
						</PageLink>
					}
				/>
			)}
		</PublicPage>
	);
}
