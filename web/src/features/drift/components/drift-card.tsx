// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Badge } from "@/components/badge";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { Field } from "@/components/field";
import { Form } from "@/components/form";
import { RelativeTime } from "@/components/relative-time";
import { Row, Rows } from "@/components/rows";
import { Loaded } from "@/components/states";
import { type Drift, driftQuery, type DriftScope, useRestore } from "@/features/drift/api/drift";
import { moment } from "@/lib/format";

type Props = { scope: DriftScope; manage: boolean };

/** What is there and should not be, or the other way round: of one tenant, or of all for operators. */
export function DriftCard({ scope, manage }: Props) {
	return (
		<Loaded query={useQuery(driftQuery(scope))} label="drift">
			{({ items }) =>
				items.length === 0 ? (
					<Card title="Drift">
						<p>Everything is as the platform made it.</p>
					</Card>
				) : (
					<Card title={`Drift: ${items.length === 1 ? "one difference" : `${items.length} differences`}`} flush>
						<Rows label="Drift">
							{items.map((drift) => (
								<DriftRow key={`${drift.slug} ${drift.object} ${drift.field}`} drift={drift} scope={scope} manage={manage} />
							))}
						</Rows>
					</Card>
				)
			}
		</Loaded>
	);
}

function DriftRow({ drift, scope, manage }: Props & { drift: Drift }) {
	const { slug, object, field, wanted, live, since, restoring, changed_at, changed_by } = drift;
	const [asking, setAsking] = useState(false);

	return (
		<Row
			title={scope === null ? `${slug}: ${object}` : object}
			detail={
				<>
					{field}: wanted {wanted}, is {live}, since <RelativeTime time={since} />
					{changed_at !== null && (
						<>
							. Wanted by {changed_by ?? "somebody who is erased"}, {moment(changed_at)}
						</>
					)}
					{asking && <Restore drift={drift} scope={scope} onClose={() => setAsking(false)} />}
				</>
			}
		>
			<Badge tone={restoring ? "busy" : "warn"}>{restoring ? "Being restored" : "Differs"}</Badge>
			{manage && !restoring && !asking && (
				<Button size="sm" aria-label={`Restore ${object}`} onClick={() => setAsking(true)}>
					Restore…
				</Button>
			)}
		</Row>
	);
}

function Restore({ drift, scope, onClose }: { drift: Drift; scope: DriftScope; onClose: () => void }) {
	const restore = useRestore(scope);
	const { tenant, object } = drift;

	return (
		<Form
			label={`Restore ${object}`}
			submit="Restore it"
			fields={["reason"]}
			busy={restore.isPending}
			error={restore.error}
			onSubmit={({ reason = "" }) => restore.mutate({ tenant, object, reason }, { onSuccess: onClose })}
			cancel={{ label: "Cancel", onCancel: onClose }}
		>
			<Field
				name="reason"
				label="Why is it restored?"
				hint="Stands in the audit trail. What runs there may be started anew."
				maxLength={300}
				required
			/>
		</Form>
	);
}
