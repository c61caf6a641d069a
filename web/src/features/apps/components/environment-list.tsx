// SPDX-License-Identifier: Apache-2.0
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { ServerCog } from "lucide-react";

import { Card } from "@/components/card";
import { Empty, Loaded } from "@/components/states";
import { byEnvironment, deploymentsQuery } from "@/features/apps/api/deployment";
import { environmentsQuery } from "@/features/apps/api/environment";
import { releasesQuery } from "@/features/apps/api/release";
import { EnvironmentRow } from "@/features/apps/components/environment-row";
import { useMay } from "@/lib/permission";

type Props = { tenant: string; app: string };

/** The environments of the tenant, and what each runs of this application. */
export function EnvironmentList({ tenant, app }: Props) {
	const may = useMay();
	const environments = useQuery(environmentsQuery(tenant));
	const deployments = useQuery(deploymentsQuery(tenant, app));
	const releases = useInfiniteQuery(releasesQuery(tenant, app));
	const ready =
		releases.data?.pages
			.flatMap(({ items }) => items)
			.filter(({ state }) => state === "ready")
			.map(({ number }) => number) ?? [];

	return (
		<Card title="Environments">
			<Loaded query={environments} label="environments">
				{({ items }) =>
					items.length === 0 ? (
						<Empty icon={<ServerCog />} title="No environment yet">
							Environments are created while the tenant is provisioned.
						</Empty>
					) : (
						<Loaded query={deployments} label="deployments">
							{(data) => {
								const found = byEnvironment(data.items);

								return (
									<ul aria-label="Environments">
										{items.map(({ name }) => (
											<EnvironmentRow
												key={name}
												tenant={tenant}
												app={app}
												environment={name}
												deployment={found.get(name)}
												ready={ready}
												mayDeploy={may("app.deploy", name, app)}
											/>
										))}
									</ul>
								);
							}}
						</Loaded>
					)
				}
			</Loaded>
		</Card>
	);
}
