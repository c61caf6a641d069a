// SPDX-License-Identifier: Apache-2.0
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createRoute, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { Alert } from "@/components/alert";
import { buttonClass } from "@/components/button";
import { Outside } from "@/components/public-page";
import { Loading } from "@/components/states";
import { meQuery } from "@/features/auth/api/get-me";
import { InvitationView } from "@/features/auth/components/invitation-view";
import { useFragment } from "@/lib/fragment";
import { keepToken, keptToken } from "@/lib/mail-token";
import { rootRoute } from "@/routes/root";

export const invitationRoute = createRoute({
	getParentRoute: () => rootRoute,
	path: "invitation",
	component: Invitation,
});

function Invitation() {
	const fragment = useFragment("token");
	const [kept] = useState(keptToken);
	const token = fragment ?? kept;
	const me = useQuery({ ...meQuery, retry: false });
	const client = useQueryClient();
	const navigate = useNavigate();
	const [made, setMade] = useState(false);

	function accepted(isNew: boolean) {
		keepToken(null);
		if (isNew) {
			setMade(true);
			return;
		}
		client.clear();
		void navigate({ to: "/tenants" });
	}
	return (
		<Outside title="You are invited" footer={<Link to="/">To the console</Link>}>
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
							onClick={() => keepToken(token)}
						>
							Sign in
						</Link>
					}
					onAccepted={accepted}
				/>
			)}
		</Outside>
	);
}
