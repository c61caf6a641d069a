// SPDX-License-Identifier: Apache-2.0
import { useEffect } from "react";

import { Field, PasswordField } from "@/components/field";
import { Form } from "@/components/form";
import { type Challenge, loginByAutofill, useLogin, useLoginPasskey } from "@/features/auth/api/login";
import { PasskeyButton } from "@/features/auth/components/passkey-button";

type Props = { onDone: () => void; onChallenge: (challenge: Challenge) => void };

export function SignInForm({ onDone, onChallenge }: Props) {
	const login = useLogin();
	const passkey = useLoginPasskey();

	useAutofill(onDone);
	return (
		<>
			<Form
				label="Sign in"
				submit="Sign in"
				fields={["email", "password"]}
				busy={login.isPending}
				error={login.error}
				onSubmit={({ email = "", password = "" }) =>
					login.mutate(
						{ email, password },
						{ onSuccess: (challenge) => (challenge ? onChallenge(challenge) : onDone()) },
					)
				}
			>
				<Field name="email" label="E-mail" type="email" autoComplete="username webauthn" required />
				<PasswordField name="password" label="Password" autoComplete="current-password" required />
			</Form>
			<PasskeyButton
				busy={passkey.isPending}
				error={passkey.error}
				onPress={() => passkey.mutate(undefined, { onSuccess: onDone })}
			>
				Sign in with a passkey
			</PasskeyButton>
		</>
	);
}

/** Offers passkeys as suggestions of the address field if the browser can. */
function useAutofill(onDone: () => void) {
	useEffect(() => {
		const leaving = new AbortController();

		loginByAutofill(leaving.signal).then(
			(done) => {
				if (done && !leaving.signal.aborted) onDone();
			},
			// Autofill was not requested explicitly: only the button shows failures.
			() => undefined,
		);
		return () => leaving.abort();
		// onDone does not change while the page is shown.
		// eslint-disable-next-line react-hooks/exhaustive-deps
	}, []);
}
