// SPDX-License-Identifier: Apache-2.0
import { Link } from "@tanstack/react-router";

import { PublicPage } from "@/components/public-page";
import { SsoSignIn } from "@/features/sso/components/sso-sign-in";
import { ssoRoute } from "@/routes/public/routes";

export default function Sso() {
	const { tenant, next } = ssoRoute.useSearch();

	return (
		<PublicPage
			title="Your organisation"
			lead="Sign in where your organisation's accounts are kept."
			footer={<Link to="/sign-in">Sign in another way</Link>}
		>
			<SsoSignIn tenant={tenant} back={next ?? "/"} />
		</PublicPage>
	);
}
