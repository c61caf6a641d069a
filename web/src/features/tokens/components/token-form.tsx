// SPDX-License-Identifier: Apache-2.0
import { useState } from "react";

import { Dialog } from "@/components/dialog";
import { Field, SelectField, CheckboxGroup } from "@/components/field";
import { Form } from "@/components/form";
import { type Keeper, type MadeToken, useMakeToken } from "@/features/tokens/api/token";

/** A permission that a token may carry. */
export type Scope = { name: string; about: string };

const spans = [
	{ value: "7", title: "7 days" },
	{ value: "30", title: "30 days" },
	{ value: "90", title: "90 days" },
	{ value: "366", title: "1 year" },
];

type Props = { keeper: Keeper; scopes: Scope[]; onMade: (token: MadeToken) => void; onCancel: () => void };

export function TokenForm({ keeper, scopes, onMade, onCancel }: Props) {
	const make = useMakeToken(keeper);
	const [chosen, setChosen] = useState<string[]>([]);

	return (
		<Dialog title="New token" onClose={onCancel}>
			<Form
				label="Create a token"
				submit="Create token"
				fields={["name", "expires_in_days", "scopes"]}
				busy={make.isPending}
				error={make.error}
				cancel={{ label: "Cancel", onCancel }}
				onSubmit={({ name = "", expires_in_days = "30" }) =>
					make.mutate(
						{ name, scopes: chosen, expires_in_days: Number(expires_in_days) },
						{ onSuccess: onMade },
					)
				}
			>
				<Field
					name="name"
					label="Name"
					hint="What uses it, such as “build server”."
					autoComplete="off"
					maxLength={60}
					required
				/>
				<SelectField name="expires_in_days" label="Expires in" initial="30" options={spans} />
				<CheckboxGroup
					name="scopes"
					label="Scopes"
					hint="What the token may do, at most what its account may do."
					choices={scopes.map(({ name, about }) => ({ value: name, title: name, detail: about }))}
					chosen={chosen}
					onChange={setChosen}
				/>
			</Form>
		</Dialog>
	);
}
