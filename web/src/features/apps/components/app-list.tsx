// SPDX-License-Identifier: Apache-2.0
import { useInfiniteQuery } from "@tanstack/react-query";
import { Boxes } from "lucide-react";
import type { ReactNode } from "react";

import { Badge, Tag } from "@/components/badge";
import { Card } from "@/components/card";
import { Row, Rows } from "@/components/rows";
import { Searched } from "@/components/searched";
import { Empty } from "@/components/states";
import { RelativeTime } from "@/components/relative-time";
import { type App, appsQuery, type ListedApp } from "@/features/apps/api/app";
import { deploymentTone } from "@/features/apps/api/deployment-schema";
import { words } from "@/lib/format";
import type { Wanted } from "@/lib/wanted";

type Props = {
	tenant: string;
	wanted: Wanted;
	onWanted: (wanted: Wanted) => void;
	link: (app: App) => ReactNode;
	create: ReactNode;
};

export function AppList({ tenant, wanted, onWanted, link, create }: Props) {
	return (
		<Searched
			query={useInfiniteQuery(appsQuery(tenant, wanted))}
			label="applications"
			wanted={wanted}
			onWanted={onWanted}
			empty={
				<Empty icon={<Boxes />} title="No application yet" action={create}>
					Create one and upload the JAR with your Camel routes. It runs a minute later.
				</Empty>
			}
		>
			{(apps, more) => <Found apps={apps} link={link} more={more} />}
		</Searched>
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
