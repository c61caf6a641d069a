// SPDX-License-Identifier: Apache-2.0
import { Download } from "lucide-react";

import { Problem } from "@/components/alert";
import { Button } from "@/components/button";
import { useTenantData } from "@/features/tenants/api/deletion";
import { downloadText } from "@/lib/download";
import { toApiError } from "@/lib/problem";

/** For owners: what there is of the tenant, as a file. */
export function TenantData({ tenant }: { tenant: string }) {
	const data = useTenantData(tenant);

	return (
		<>
			{data.error && <Problem error={toApiError(data.error)} />}
			<Button
				icon={<Download aria-hidden="true" />}
				busy={data.isPending}
				onClick={() =>
					data.mutate(undefined, {
						onSuccess: (text) => downloadText(`${tenant}.json`, "application/json", text),
					})
				}
			>
				Download its data
			</Button>
		</>
	);
}
