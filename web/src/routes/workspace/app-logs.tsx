// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { createRoute } from "@tanstack/react-router";
import { ScrollText } from "lucide-react";

import { Empty, Loaded } from "@/components/states";
import { environmentsQuery } from "@/features/apps/api/environment";
import { LogView } from "@/features/apps/components/log-view";
import { z } from "@/lib/schema";
import { appRoute } from "@/routes/workspace/app";

export const appLogsRoute = createRoute({
	getParentRoute: () => appRoute,
	path: "logs",
	validateSearch: z.object({ environment: z.string().optional().catch(undefined) }),
	component: Logs,
});

function Logs() {
	const { tenant, app } = appLogsRoute.useParams();
	const { environment } = appLogsRoute.useSearch();
	const navigate = appLogsRoute.useNavigate();
	const query = useQuery(environmentsQuery(tenant));

	return (
		<Loaded query={query} label="environments">
			{({ items }) => {
				const names = items.map(({ name }) => name);
				const shown = environment && names.includes(environment) ? environment : names[0];

				if (shown === undefined) {
					return (
						<Empty icon={<ScrollText />} title="No environment yet">
							The tenant gets its environments while it is provisioned.
						</Empty>
					);
				}
				return (
					<LogView
						key={shown}
						tenant={tenant}
						app={app}
						environment={shown}
						environments={names}
						onEnvironment={(next) => void navigate({ search: { environment: next }, replace: true })}
					/>
				);
			}}
		</Loaded>
	);
}
