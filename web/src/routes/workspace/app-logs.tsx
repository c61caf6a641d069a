// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { ScrollText } from "lucide-react";

import { Empty, Loaded } from "@/components/states";
import { byEnvironment, deploymentsQuery } from "@/features/apps/api/deployment";
import { environmentsQuery } from "@/features/apps/api/environment";
import { LogView } from "@/features/apps/components/log-view";
import { useMay } from "@/lib/permission";
import { appLogsRoute } from "@/routes/workspace/routes";

export default function Logs() {
	const { tenant, app } = appLogsRoute.useParams();
	const { environment } = appLogsRoute.useSearch();
	const navigate = appLogsRoute.useNavigate();
	const may = useMay();
	const query = useQuery(environmentsQuery(tenant));
	const deployments = useQuery(deploymentsQuery(tenant, app)).data?.items;

	return (
		<Loaded query={query} label="environments">
			{({ items }) => {
				const names = items.map(({ name }) => name).filter((name) => may("log.read", name, app));
				const shown = environment && names.includes(environment) ? environment : names[0];

				if (shown === undefined) {
					return (
						<Empty icon={<ScrollText />} title="No environment yet">
							Environments are created while the tenant is provisioned.
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
						deployment={deployments && (byEnvironment(deployments).get(shown) ?? null)}
						onEnvironment={(next) => void navigate({ search: { environment: next }, replace: true })}
					/>
				);
			}}
		</Loaded>
	);
}
