// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";

import { Alert, Problem } from "@/components/alert";
import { Button } from "@/components/button";
import { deletionQuery, useTenantDeletion } from "@/features/tenants/api/deletion";
import { TenantData } from "@/features/tenants/components/tenant-data";
import { moment } from "@/lib/format";
import { useMay } from "@/lib/permission";
import { toApiError } from "@/lib/problem";

/** In a tenant that its owner has deleted: until when it can stay. */
export function TenantLeaving({ tenant }: { tenant: string }) {
	const deletion = useQuery(deletionQuery(tenant));
	const undo = useTenantDeletion(tenant);
	const may = useMay();

	return (
		<>
			{undo.error && <Problem error={toApiError(undo.error)} />}
			<Alert
				tone="warn"
				title={
					deletion.data ? `This tenant is removed on ${moment(deletion.data.ends_at)}` : "This tenant is going to be removed"
				}
				action={
					may("tenant.delete") && (
						<Button busy={undo.isPending} onClick={() => undo.mutate("/api/tenants/deletion")}>
							Keep the tenant
						</Button>
					)
				}
			>
				<p>
					An owner has deleted it. Its server and its applications are stopped, its data are still there.
					{may("tenant.delete") ? " You can take that back: it runs again as before." : " An owner can take that back."}
				</p>
				{may("tenant.delete") && <TenantData tenant={tenant} />}
			</Alert>
		</>
	);
}
