// SPDX-License-Identifier: Apache-2.0
import { useState } from "react";

import { Field } from "@/components/field";
import { Form } from "@/components/form";
import { useCreateApp } from "@/features/apps/api/app";
import { nameComplaint } from "@/features/apps/components/app-name";

type Props = { tenant: string; onDone: (app: string) => void };

export function CreateAppForm({ tenant, onDone }: Props) {
	const create = useCreateApp(tenant);
	const [name, setName] = useState("");

	return (
		<Form
			label="Create an application"
			submit="Create application"
			fields={["name", "display_name"]}
			busy={create.isPending}
			error={create.error}
			onSubmit={({ display_name = "" }) => {
				if (nameComplaint(name)) return;
				create.mutate({ name, display_name: display_name || name }, { onSuccess: () => onDone(name) });
			}}
		>
			<Field
				name="name"
				label="Name"
				autoComplete="off"
				autoCapitalize="none"
				spellCheck={false}
				value={name}
				onChange={(event) => setName(event.target.value)}
				complaint={nameComplaint(name)}
				hint="Used in images, containers and addresses. Cannot be changed later."
				required
			/>
			<Field
				name="display_name"
				label="Display name"
				autoComplete="off"
				hint="Shown to people. Leave empty to use the name."
			/>
		</Form>
	);
}
