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
			title="Sign in with your organisation"
			lead="Sign in with your organisation's identity provider."
			footer={<PageLink href="/sign-in">Use another way to sign in</PageLink>}
		>
			<SsoSignIn tenant={tenant} back={next ?? "/"} />
		</PublicPage>
	);
}
