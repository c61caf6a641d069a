// SPDX-License-Identifier: Apache-2.0
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import { Page } from "@/components/page";
import { SessionList } from "@/features/auth/components/session-list";

export default function Sessions() {
	const client = useQueryClient();
	const navigate = useNavigate();

	return (
		<Page title="Sessions" lead="End what you do not know." narrow>
			<SessionList onAllEnded={() => void navigate({ to: "/sign-in" }).then(() => client.clear())} />
		</Page>
	);
}
