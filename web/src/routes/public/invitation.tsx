// SPDX-License-Identifier: Apache-2.0
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { Alert } from "@/components/alert";
import { buttonClass } from "@/components/button";
import { PublicPage } from "@/components/public-page";
import { Loading } from "@/components/states";
import { meQuery } from "@/features/auth/api/me";
import { InvitationView } from "@/features/auth/components/invitation-view";
import { useFragment } from "@/lib/fragment";
import { setMailToken, getMailToken } from "@/lib/mail-token";

export default function Invitation() {
	const fragment = useFragment("token");
	const [kept] = useState(getMailToken);
	const token = fragment ?? kept;
	const me = useQuery({ ...meQuery, retry: false });
	const client = useQueryClient();
	const navigate = useNavigate();
	const [made, setMade] = useState(false);

	function accepted(isNew: boolean) {
		setMailToken(null);
		if (isNew) {
			setMade(true);
			return;
		}
		client.clear();
		void navigate({ to: "/tenants" });
	}
	return (
		<PublicPage title="You are invited" footer={<Link to="/">To the console</Link>}>
			{made ? (
				<Alert
					tone="ok"
					title="Your account is ready, and you are a member"
					action={
						<Link to="/sign-in" className={buttonClass({ kind: "primary" })}>
							Sign in
						</Link>
					}
				/>
			) : !token ? (
				<Alert tone="warn" title="This link is incomplete">
					<p>Open it again from the message, or copy all of it into the address bar.</p>
				</Alert>
			) : me.isPending ? (
				<Loading label="the invitation" />
			) : (
				<InvitationView
					key={token}
					token={token}
					signedInAs={me.data?.account.email ?? null}
					signIn={
						<Link
							to="/sign-in"
							search={{ next: "/invitation" }}
							className={buttonClass({ kind: "primary" })}
							onClick={() => setMailToken(token)}
						>
							Sign in
						</Link>
					}
					onAccepted={accepted}
				/>
			)}
		</PublicPage>
	);
}
