// SPDX-License-Identifier: Apache-2.0
import { Field, PasswordField } from "@/components/field";
import { Form } from "@/components/form";

type Chosen = { name: string; password: string };

type Props = { label: string; submit: string; busy: boolean; error: unknown; onChosen: (chosen: Chosen) => void };

/** What is chosen behind a mailed link: nothing chosen before it would count. */
export function NewAccountForm({ label, submit, busy, error, onChosen }: Props) {
	return (
		<Form
			label={label}
			submit={submit}
			fields={["name", "password"]}
			busy={busy}
			error={error}
			onSubmit={({ name = "", password = "" }) => onChosen({ name, password })}
		>
			<Field name="name" label="Your name" autoComplete="name" required />
			<PasswordField
				name="password"
				label="Password"
				autoComplete="new-password"
				hint="At least 15 characters. A sentence is easy to remember."
				minLength={15}
				required
			/>
		</Form>
	);
}
