// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";

import { Page } from "@/components/page";
import { meQuery } from "@/features/auth/api/me";
import { OperationList } from "@/features/operations/components/operation-list";
import { mayWith } from "@/lib/permission";

export default function Operations() {
	const grants = useQuery(meQuery).data?.permissions ?? [];

	return (
		<Page title="Operations" lead="What waits, runs or has failed, of all tenants.">
			<OperationList manage={mayWith(grants)("platform.operation.manage")} />
		</Page>
	);
}
