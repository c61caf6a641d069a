// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";

import { Page } from "@/components/page";
import { meQuery } from "@/features/auth/api/me";
import { PasskeyCard } from "@/features/auth/components/passkey-card";
import { EmailCard, NameCard, PasswordCard } from "@/features/auth/components/profile-card";
import { SecondFactors } from "@/features/auth/components/second-factors";

export default function Security() {
	const me = useQuery(meQuery).data;

	return (
		<Page title="Security" lead="How you sign in and confirm your identity." narrow>
			<SecondFactors />
			<PasskeyCard />
			<PasswordCard />
			{me && <EmailCard account={me.account} />}
			{me && <NameCard account={me.account} />}
		</Page>
	);
}
