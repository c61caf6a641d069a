// SPDX-License-Identifier: Apache-2.0
import { useInfiniteQuery } from "@tanstack/react-query";
import { createRoute } from "@tanstack/react-router";

import { Page } from "@/components/page";
import { AuditLog } from "@/features/audit/components/audit-log";
import { membersQuery } from "@/features/team/api/member";
import { z } from "@/lib/schema";
import { workspaceRoute } from "@/routes/workspace/workspace";

const word = z.string().max(128).optional().catch(undefined);

export const auditRoute = createRoute({
	getParentRoute: () => workspaceRoute,
	path: "audit",
	// In the address, so that a view of the log can be shared.
	validateSearch: z.object({
		action: word,
		actor: word,
		subject_type: word,
		subject_id: word,
		result: word,
		environment: word,
		from: word,
		to: word,
		request_id: word,
	}),
	component: Audit,
});

function Audit() {
	const { tenant } = auditRoute.useParams();
	const filters = auditRoute.useSearch();
	const navigate = auditRoute.useNavigate();
	const members = useInfiniteQuery(membersQuery(tenant)).data?.pages.flatMap(({ items }) => items) ?? [];

	return (
		<Page title="Audit log" lead="Who did what, and what was refused. Nothing in it can be changed.">
			<AuditLog
				tenant={tenant}
				actors={members}
				filters={filters}
				onFilters={(next) => void navigate({ search: next })}
			/>
		</Page>
	);
}
