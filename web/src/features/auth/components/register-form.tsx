// SPDX-License-Identifier: Apache-2.0
import { Field, PasswordField } from "@/components/field";
import { Form } from "@/components/form";
import { useRegister } from "@/features/auth/api/account";

export function RegisterForm({ onDone }: { onDone: (email: string) => void }) {
	const register = useRegister();

	return (
		<Form
			label="Register"
			submit="Create account"
			fields={["name", "email", "password"]}
			busy={register.isPending}
			error={register.error}
			onSubmit={({ name = "", email = "", password = "" }) =>
				register.mutate({ name, email, password }, { onSuccess: () => onDone(email) })
			}
		>
			<Field name="name" label="Your name" autoComplete="name" required />
			<Field name="email" label="E-mail" type="email" autoComplete="username" required />
			<PasswordField
				name="password"
				label="Password"
				autoComplete="new-password"
				hint="At least 15 characters. A sentence is easy to remember."
				required
			/>
		</Form>
	);
}
