// SPDX-License-Identifier: Apache-2.0
import { useState } from "react";

import { Alert } from "@/components/alert";
import { Button } from "@/components/button";
import { Field } from "@/components/field";
import { Form } from "@/components/form";
import { useKeepFinding } from "@/features/apps/api/finding";

type Props = { tenant: string; app: string; entry: string; fingerprint: string };

/** An owner knows this credential and keeps it in the JAR, with a reason. */
export function KeepFinding({ tenant, app, entry, fingerprint }: Props) {
	const keep = useKeepFinding(tenant, app);
	const [asking, setAsking] = useState(false);

	if (keep.isSuccess) return <Alert tone="ok" title="It may stay. Upload the JAR again." />;
	if (!asking)
		return (
			<Button size="sm" aria-label={`Keep the credential in ${entry}`} onClick={() => setAsking(true)}>
				Keep it…
			</Button>
		);
	return (
		<Form
			label={`Keep the credential in ${entry}`}
			submit="Keep it"
			fields={["reason"]}
			busy={keep.isPending}
			error={keep.error}
			onSubmit={({ reason = "" }) => keep.mutate({ fingerprint, reason })}
			cancel={{ label: "Cancel", onCancel: () => setAsking(false) }}
		>
			<Field
				name="reason"
				label="Why may it stay?"
				hint="Stands in the audit trail, such as: a key for tests in a library."
				maxLength={500}
				required
			/>
		</Form>
	);
}
