// SPDX-License-Identifier: Apache-2.0

import { PageLink } from "@/components/page-link";
import { PublicPage } from "@/components/public-page";
import { SsoSignIn } from "@/features/sso/components/sso-sign-in";
import { useSearchParams } from "@/lib/navigate";
import { ssoSearch } from "@/routes/public/search";

export default function Sso() {
	const { tenant, next } = ssoSearch(useSearchParams());

	return (
		<PublicPage
			title="Your organisation"
			lead="Sign in where your organisation's accounts are kept."
			footer={<PageLink href="/sign-in">Sign in another way</PageLink>}
		>
			<SsoSignIn tenant={tenant} back={next ?? "/"} />
		</PublicPage>
	);
}
