// SPDX-License-Identifier: Apache-2.0
import { Field, PasswordField } from "@/components/field";
import { Form } from "@/components/form";
import { useLogin } from "@/features/auth/api/login";

export function SignInForm({ onDone }: { onDone: () => void }) {
	const login = useLogin();

	return (
		<Form
			label="Sign in"
			submit="Sign in"
			fields={["email", "password"]}
			busy={login.isPending}
			error={login.error}
			onSubmit={({ email = "", password = "" }) =>
				login.mutate({ email, password }, { onSuccess: onDone })
			}
		>
			<Field name="email" label="E-mail" type="email" autoComplete="username" required />
			<PasswordField name="password" label="Password" autoComplete="current-password" required />
		</Form>
	);
}
