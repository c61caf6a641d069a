// SPDX-License-Identifier: Apache-2.0
import { createRoute, Link } from "@tanstack/react-router";

import { PublicPage } from "@/components/public-page";
import { SsoSignIn } from "@/features/sso/components/sso-sign-in";
import { z } from "@/lib/schema";
import { rootRoute } from "@/routes/root";
import { nextPath } from "@/routes/public/next-path";

export const ssoRoute = createRoute({
	getParentRoute: () => rootRoute,
	path: "sso",
	validateSearch: z.object({
		tenant: z.string().regex(/^[a-z][a-z0-9]{2,30}$/).optional().catch(undefined),
		next: nextPath,
	}),
	component: Sso,
});

function Sso() {
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
