// SPDX-License-Identifier: Apache-2.0
import { useState } from "react";

import { RadioGroup, Field } from "@/components/field";
import { Form } from "@/components/form";
import { useCreateTenant } from "@/features/tenants/api/tenant";
import { slugComplaint, slugOf } from "@/features/tenants/components/slug";
import { tiers } from "@/features/tenants/components/tiers";

export function CreateTenantForm({ onDone }: { onDone: (slug: string) => void }) {
	const create = useCreateTenant();
	const [name, setName] = useState("");
	const [typed, setTyped] = useState<string | null>(null);
	const slug = typed ?? slugOf(name);

	return (
		<Form
			label="Create a tenant"
			submit="Create tenant"
			fields={["name", "slug", "tier"]}
			busy={create.isPending}
			error={create.error}
			onSubmit={({ tier = "low" }) => {
				if (slugComplaint(slug)) return;
				create.mutate({ name, slug, tier }, { onSuccess: ({ tenant }) => onDone(tenant.slug) });
			}}
		>
			<Field
				name="name"
				label="Name"
				autoComplete="organization"
				value={name}
				onChange={(event) => setName(event.target.value)}
				required
			/>
			<Field
				name="slug"
				label="Address"
				autoComplete="off"
				autoCapitalize="none"
				spellCheck={false}
				value={slug}
				onChange={(event) => setTyped(event.target.value)}
				complaint={slugComplaint(slug)}
				hint={
					<>
						Appears in addresses as <code>/t/{slug || "address"}/</code> and cannot be changed later.
					</>
				}
				required
			/>
			<RadioGroup name="tier" label="Plan" choices={tiers} initial="low" />
		</Form>
	);
}
