// SPDX-License-Identifier: Apache-2.0

import { Page } from "@/components/page";
import { SessionList } from "@/features/auth/components/session-list";
import { openPage } from "@/lib/navigate";

export default function Sessions() {
	return (
		<Page title="Sessions" lead="Where you are signed in. End sessions that you do not recognise." narrow>
			<SessionList onAllEnded={() => openPage("/sign-in")} />
		</Page>
	);
}
