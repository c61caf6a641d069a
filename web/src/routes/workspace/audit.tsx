// SPDX-License-Identifier: Apache-2.0
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Page } from "@/components/page";
import { AuditLog } from "@/features/audit/components/audit-log";
import { membersQuery } from "@/features/team/api/member";
import { useMay } from "@/lib/permission";
import { auditRoute } from "@/routes/workspace/routes";

export default function Audit() {
	const { tenant } = auditRoute.useParams();
	const filters = auditRoute.useSearch();
	const navigate = auditRoute.useNavigate();
	const enabled = useMay()("member.read");
	const [q, setQ] = useState("");
	const known = useInfiniteQuery({ ...membersQuery(tenant), enabled }).data?.pages.flatMap(({ items }) => items) ?? [];
	const query = useInfiniteQuery({ ...membersQuery(tenant, { q, sort: "name" }), enabled });
	const found = query.data?.pages.flatMap(({ items }) => items) ?? [];

	return (
		<Page title="Audit log" lead="Who did what and what was refused. Entries cannot be changed.">
			<AuditLog
				tenant={tenant}
				actors={[...found, ...known]}
				found={found}
				finding={{ q, onQ: setQ, more: query.hasNextPage }}
				filters={filters}
				onFilters={(next) => void navigate({ search: next })}
			/>
		</Page>
	);
}
