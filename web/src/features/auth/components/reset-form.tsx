// SPDX-License-Identifier: Apache-2.0
import { PasswordField } from "@/components/field";
import { Form } from "@/components/form";
import { useReset } from "@/features/auth/api/account";

type Props = { token: string; onDone: () => void };

export function ResetForm({ token, onDone }: Props) {
	const reset = useReset();

	return (
		<Form
			label="Choose a new password"
			submit="Set password"
			fields={["password"]}
			busy={reset.isPending}
			error={reset.error}
			onSubmit={({ password = "" }) => reset.mutate({ token, password }, { onSuccess: onDone })}
		>
			<PasswordField
				name="password"
				label="New password"
				autoComplete="new-password"
				hint="At least 15 characters. This ends all your sessions."
				minLength={15}
				required
			/>
		</Form>
	);
}
