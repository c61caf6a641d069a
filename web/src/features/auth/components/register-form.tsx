// SPDX-License-Identifier: Apache-2.0
import { Field } from "@/components/field";
import { Form } from "@/components/form";
import { useRegister } from "@/features/auth/api/account";

export function RegisterForm({ onDone }: { onDone: (email: string) => void }) {
	const register = useRegister();

	return (
		<Form
			label="Register"
			submit="Send link"
			fields={["email"]}
			busy={register.isPending}
			error={register.error}
			onSubmit={({ email = "" }) => register.mutate(email, { onSuccess: () => onDone(email) })}
		>
			<Field name="email" label="E-mail" type="email" autoComplete="username" required />
		</Form>
	);
}
