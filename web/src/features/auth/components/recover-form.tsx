// SPDX-License-Identifier: Apache-2.0
import { Field } from "@/components/field";
import { Form } from "@/components/form";
import { useRecover } from "@/features/auth/api/account";

export function RecoverForm({ onDone }: { onDone: (email: string) => void }) {
	const recover = useRecover();

	return (
		<Form
			label="Reset the password"
			submit="Send link"
			fields={["email"]}
			busy={recover.isPending}
			error={recover.error}
			onSubmit={({ email = "" }) => recover.mutate(email, { onSuccess: () => onDone(email) })}
		>
			<Field name="email" label="E-mail" type="email" autoComplete="username" required />
		</Form>
	);
}
