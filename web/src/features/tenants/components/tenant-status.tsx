// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { ListChecks } from "lucide-react";

import { Empty, Failed, Loading } from "@/components/states";
import { operationQuery, operationsQuery } from "@/features/tenants/api/operation";
import { OperationView } from "@/features/tenants/components/operation-view";

/** The newest operation of the tenant; updated while it runs. */
export function TenantStatus({ tenant }: { tenant: string }) {
	const operations = useQuery(operationsQuery(tenant));
	const newest = operations.data?.items[0];
	const operation = useQuery({
		...operationQuery(tenant, newest?.id ?? ""),
		enabled: newest !== undefined,
	});

	if (operation.data) {
		return (
			<>
				{operation.error && <Failed error={operation.error} retry={() => void operation.refetch()} />}
				<OperationView operation={operation.data} />
			</>
		);
	}
	if (operation.error) return <Failed error={operation.error} retry={() => void operation.refetch()} />;
	if (operations.error) return <Failed error={operations.error} retry={() => void operations.refetch()} />;
	if (operations.isPending || newest) return <Loading label="operations" />;
	return (
		<Empty icon={<ListChecks />} title="No operation yet">
			Provisioning and later changes of this tenant appear here step by step.
		</Empty>
	);
}
