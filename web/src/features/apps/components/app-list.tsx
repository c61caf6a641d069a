// SPDX-License-Identifier: Apache-2.0
import { useInfiniteQuery } from "@tanstack/react-query";
import { Boxes } from "lucide-react";
import { type ReactNode, useState } from "react";

import { Badge, Tag } from "@/components/badge";
import { Card } from "@/components/card";
import { Row, Rows } from "@/components/rows";
import { Search } from "@/components/search";
import { Empty, Loaded, More } from "@/components/states";
import { RelativeTime } from "@/components/relative-time";
import { type App, appsQuery, type ListedApp } from "@/features/apps/api/app";
import { deploymentTone } from "@/features/apps/api/deployment-schema";
import { words } from "@/lib/format";
import { everythingByName } from "@/lib/wanted";

type Props = { tenant: string; link: (app: App) => ReactNode; create: ReactNode };

export function AppList({ tenant, link, create }: Props) {
	const [wanted, setWanted] = useState(everythingByName);
	const query = useInfiniteQuery(appsQuery(tenant, wanted));

	return (
		<Loaded query={query} label="applications">
			{({ pages }) => {
				const apps = pages.flatMap(({ items }) => items);

				if (apps.length === 0 && wanted.q === "") {
					return (
						<Empty icon={<Boxes />} title="No application yet" action={create}>
							Create one and upload the JAR with your Camel routes. It runs a minute later.
						</Empty>
					);
				}
				return (
					<>
						<Search
							label="applications"
							wanted={wanted}
							onChange={setWanted}
							shown={apps.length}
							total={pages.at(-1)?.total}
						/>
						{apps.length === 0 ? (
							<Empty icon={<Boxes />} title="No application found">
								None has these words in its name.
							</Empty>
						) : (
							<Found apps={apps} link={link} more={<More query={query} />} />
						)}
					</>
				);
			}}
		</Loaded>
	);
}

function Found({ apps, link, more }: { apps: ListedApp[]; link: Props["link"]; more: ReactNode }) {
	return (
		<Card flush>
			<Rows label="Applications">
				{apps.map((app) => (
					<Row key={app.name} icon={<Boxes />} title={link(app)} detail={<Detail app={app} />}>
						<RunningIn app={app} />
					</Row>
				))}
			</Rows>
			{more}
		</Card>
	);
}

function Detail({ app }: { app: App }) {
	return (
		<>
			<code>{app.name}</code>
			{app.created_at && (
				<>
					{" · created "}
					<RelativeTime time={app.created_at} />
				</>
			)}
		</>
	);
}

/** The environments in which the application runs. */
function RunningIn({ app }: { app: ListedApp }) {
	if (app.deployments.length === 0) return <Badge tone="idle">Not deployed</Badge>;
	return app.deployments.map((deployment) => (
		<span key={deployment.environment}>
			<Tag>{deployment.environment}</Tag>{" "}
			<Badge tone={deploymentTone(deployment)}>{words(deployment.state)}</Badge>
		</span>
	));
}
