// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";

import { Alert } from "@/components/alert";
import { Tag } from "@/components/badge";
import { Card } from "@/components/card";
import { Row, Rows } from "@/components/rows";
import { Loaded, Loading } from "@/components/states";
import { type Plan, planQuery, type PlanRow, plansQuery } from "@/features/tenants/api/plan";
import { dayBefore } from "@/lib/format";
import { useMay } from "@/lib/permission";

/**
 * What the tenant has, row by row beside all plans.  Only those who may see
 * billing see what its contract says; the others see its plan.
 */
export function PlanView({ tenant, tier }: { tenant: string; tier: string | null | undefined }) {
	const whole = useMay()("billing.read");
	const plans = useQuery(plansQuery);
	const own = useQuery({ ...planQuery(tenant), enabled: whole });

	return (
		<Loaded query={plans} label="plans">
			{({ items }) =>
				whole ? (
					<Loaded query={own} label="the plan">
						{(plan) => <PlanRows plan={plan} plans={items} />}
					</Loaded>
				) : (
					<TierRows plan={items.find((one) => one.tier === tier)} plans={items} />
				)
			}
		</Loaded>
	);
}

/** What the tier says; the tenant of the page may still be looked for. */
function TierRows({ plan, plans }: { plan: Plan | undefined; plans: readonly Plan[] }) {
	if (!plan) return <Loading label="the plan" />;
	return (
		<>
			<Alert tone="info" title="A contract may change rows of this plan">
				<p>Your role shows the plan alone. Ask an owner of the tenant what its contract says.</p>
			</Alert>
			<PlanRows plan={plan} plans={plans} />
		</>
	);
}

function PlanRows({ plan, plans }: { plan: Plan; plans: readonly Plan[] }) {
	return (
		<Card title={`Plan ${plan.title}`} flush>
			<Rows label={`What plan ${plan.title} includes`}>
				<Row title="In short" detail={plan.about} />
				{plan.rows.map((row) => (
					<Row
						key={row.key}
						title={row.title}
						detail={
							<>
								{row.about} {told(row.key, plans)}
								{row.reason && (
									<>
										{" "}
										<strong>By contract{untilWhen(row)}:</strong> {row.reason}; the plan says{" "}
										{row.plan_words}.
									</>
								)}
							</>
						}
					>
						<Tag>{row.words}</Tag>
					</Row>
				))}
			</Rows>
		</Card>
	);
}

/** "Low: 10 · Mid: 50", or nothing when all plans say the same. */
function told(key: string, plans: readonly Plan[]): string {
	const each = plans.map(({ title, rows }) => ({ title, says: rows.find((row) => row.key === key)?.words ?? "" }));

	if (new Set(each.map(({ says }) => says)).size < 2) return "";
	return each.map(({ title, says }) => `${title}: ${says}`).join(" · ");
}

function untilWhen({ ends_at: end }: PlanRow): string {
	return end ? ` until ${dayBefore(end)}` : "";
}
