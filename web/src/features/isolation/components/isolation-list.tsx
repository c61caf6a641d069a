// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { ShieldCheck } from "lucide-react";

import { Problem } from "@/components/alert";
import { Badge } from "@/components/badge";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { RelativeTime } from "@/components/relative-time";
import { Row, Rows } from "@/components/rows";
import { Empty, Loaded } from "@/components/states";
import { outcomeTone, platformIsolationQuery, type State, useProbe } from "@/features/isolation/api/isolation";
import { words } from "@/lib/format";
import { toApiError } from "@/lib/problem";

/** All active tenants, what needs somebody first. `manage`: may this operator have a probe run? */
export function IsolationList({ manage }: { manage: boolean }) {
	const states = useQuery(platformIsolationQuery);
	const probe = useProbe();

	return (
		<>
			{probe.error && <Problem error={toApiError(probe.error)} />}
			<Loaded query={states} label="isolation">
				{({ items }) =>
					items.length === 0 ? (
						<Empty icon={<ShieldCheck />} title="No active tenants">
							Each active tenant is probed from inside its network, again and again.
						</Empty>
					) : (
						<Card title={summary(items)} flush>
							<Rows label="Tenants">
								{items.map((state) => (
									<StateRow key={state.tenant} state={state} probe={manage ? probe : null} />
								))}
							</Rows>
						</Card>
					)
				}
			</Loaded>
		</>
	);
}

function summary(items: readonly State[]): string {
	const open = items.filter(({ outcome }) => outcome === "open").length;
	const proven = items.filter(({ outcome }) => outcome === "isolated").length;

	return `${open} open, ${proven} of ${items.length} proven isolated`;
}

function StateRow({ state, probe }: { state: State; probe: ReturnType<typeof useProbe> | null }) {
	const { tenant, slug, place, outcome, running, finished_at } = state;

	return (
		<Row
			title={slug}
			detail={
				<>
					At {place}, {finished_at === null ? "not probed yet" : <RelativeTime time={finished_at} />}
					<Found state={state} />
				</>
			}
		>
			<Badge tone={outcome === null ? "idle" : outcomeTone(outcome)}>
				{outcome === null ? "Not probed" : words(outcome)}
			</Badge>
			{probe && (
				<Button
					size="sm"
					busy={running || (probe.isPending && probe.variables === tenant)}
					onClick={() => probe.mutate(tenant)}
					aria-label={`Probe ${slug}`}
				>
					Probe
				</Button>
			)}
		</Row>
	);
}

function Found({ state: { error, paths } }: { state: State }) {
	return (
		<>
			{error !== null && <>: {error}</>}
			{paths.map((path) => (
				<div key={path}>
					<code>{path}</code>
				</div>
			))}
		</>
	);
}
