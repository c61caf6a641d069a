// SPDX-License-Identifier: Apache-2.0
import { Field } from "@/components/field";

type Props = { label?: string; hint?: string; autoFocus?: boolean };

/** Six digits of an authenticator app. */
export function CodeField({ label = "Code", hint = "Six digits from your authenticator app.", autoFocus }: Props) {
	return (
		<Field
			name="code"
			label={label}
			hint={hint}
			inputMode="numeric"
			autoComplete="one-time-code"
			maxLength={12}
			spellCheck={false}
			pattern="\s*(\d\s*){6}"
			title="Six digits."
			autoFocus={autoFocus}
			required
		/>
	);
}

export function RecoveryField() {
	return (
		<Field
			name="recovery_code"
			label="Recovery code"
			hint="One of the ten codes that you saved. Each works once."
			autoComplete="off"
			autoCapitalize="none"
			spellCheck={false}
			autoFocus
			required
		/>
	);
}

/** Removes the blanks of "123 456", as apps show codes. */
export function plainCode(typed: string): string {
	return typed.replace(/\s/g, "");
}
