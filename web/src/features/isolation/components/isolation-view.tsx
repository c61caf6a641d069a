// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { ShieldCheck } from "lucide-react";

import { Badge } from "@/components/badge";
import { Card } from "@/components/card";
import { RelativeTime } from "@/components/relative-time";
import { Row, Rows } from "@/components/rows";
import { Empty, Loaded } from "@/components/states";
import { type Check, isolationQuery, meaning, outcomeTone, type Run } from "@/features/isolation/api/isolation";
import { moment, words } from "@/lib/format";

/** What the probe found in the tenant's network: the last run, and those before. */
export function IsolationView({ tenant }: { tenant: string }) {
	return (
		<Loaded query={useQuery(isolationQuery(tenant))} label="isolation">
			{({ items: [last, ...before] }) =>
				last === undefined ? (
					<Empty icon={<ShieldCheck />} title="Not probed yet">
						The first probe runs within minutes after the tenant has become active.
					</Empty>
				) : (
					<>
						<LastRun run={last} />
						{before.length > 0 && <History runs={before} />}
					</>
				)
			}
		</Loaded>
	);
}

function LastRun({ run }: { run: Run }) {
	return (
		<>
			<Card title="Last probe" aside={<Badge tone={outcomeTone(run.outcome)}>{words(run.outcome)}</Badge>}>
				<p>
					<RelativeTime time={run.finished_at} />: {meaning[run.outcome]}
				</p>
			</Card>
			{run.checks.length > 0 && (
				<Card title="What was tried" flush>
					<Rows label="What was tried">
						{run.checks.map((check) => (
							<CheckRow key={check.check} check={check} />
						))}
					</Rows>
				</Card>
			)}
		</>
	);
}

function CheckRow({ check }: { check: Check }) {
	const { about, expected, seen, good, tries, ms } = check;

	return (
		<Row
			title={about.charAt(0).toUpperCase() + about.slice(1)}
			detail={`Must be ${expected}, was ${seen}; ${tries === 1 ? "tried once" : `${tries} tried`}, ${ms} ms`}
		>
			<Badge tone={good ? "ok" : "bad"}>{good ? "As it must be" : "Wrong"}</Badge>
		</Row>
	);
}

function History({ runs }: { runs: readonly Run[] }) {
	return (
		<Card title="Earlier probes" flush>
			<Rows label="Earlier probes">
				{runs.map((run) => (
					<Row key={run.id} title={moment(run.finished_at)} detail={meaning[run.outcome]}>
						<Badge tone={outcomeTone(run.outcome)}>{words(run.outcome)}</Badge>
					</Row>
				))}
			</Rows>
		</Card>
	);
}
