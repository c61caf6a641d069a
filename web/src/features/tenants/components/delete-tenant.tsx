// SPDX-License-Identifier: Apache-2.0
import { Trash2 } from "lucide-react";
import { useState } from "react";

import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Form } from "@/components/form";
import { useTenantDeletion } from "@/features/tenants/api/deletion";
import type { Tenant } from "@/features/tenants/api/tenant";
import { TenantData } from "@/features/tenants/components/tenant-data";

import css from "./tenant-deletion.module.css";

type Props = { tenant: Pick<Tenant, "slug" | "name"> };

/** For owners: what cannot be undone for ever, at the end of the page. */
export function DeleteTenant({ tenant }: Props) {
	const [asking, setAsking] = useState(false);

	return (
		<Card title="Delete this tenant">
			<p>
				Its server and its applications stop at once. For 7 days an owner can take that back; then everything is
				removed.
			</p>
			<div className={css.actions}>
				<Button kind="danger" icon={<Trash2 aria-hidden="true" />} onClick={() => setAsking(true)}>
					Delete the tenant
				</Button>
				<TenantData tenant={tenant.slug} />
			</div>
			{asking && <DeleteDialog tenant={tenant} onDone={() => setAsking(false)} />}
		</Card>
	);
}

function DeleteDialog({ tenant, onDone }: Props & { onDone: () => void }) {
	const remove = useTenantDeletion(tenant.slug);
	const [typed, setTyped] = useState("");
	const [complaint, setComplaint] = useState<string>();

	return (
		<Dialog title={`Delete ${tenant.name}?`} onClose={onDone}>
			<Form
				label="Delete the tenant"
				submit="Delete the tenant"
				busy={remove.isPending}
				error={remove.error}
				fields={[]}
				cancel={{ label: "Cancel", onCancel: onDone }}
				onSubmit={() => {
					if (typed !== tenant.slug) setComplaint(`Type ${tenant.slug}, exactly.`);
					else remove.mutate("/api/tenants/current", { onSuccess: onDone });
				}}
			>
				<p>Everything that runs there stops at once, and whoever uses it is cut off.</p>
				<Field
					name="slug"
					label={`Type ${tenant.slug} to confirm`}
					autoComplete="off"
					autoCapitalize="none"
					spellCheck={false}
					value={typed}
					complaint={complaint}
					onChange={(event) => {
						setTyped(event.currentTarget.value);
						setComplaint(undefined);
					}}
				/>
			</Form>
		</Dialog>
	);
}
