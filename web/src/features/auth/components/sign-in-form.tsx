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

/** Passkeys among the suggestions of the address field, where browsers can. */
function useAutofill(onDone: () => void) {
	useEffect(() => {
		const leaving = new AbortController();

		loginByAutofill(leaving.signal).then(
			(done) => {
				if (done && !leaving.signal.aborted) onDone();
			},
			// Nobody asked for it in so many words: the button tells its failures.
			() => undefined,
		);
		return () => leaving.abort();
		// The page lives as long as its first onDone is good.
		// eslint-disable-next-line react-hooks/exhaustive-deps
	}, []);
}
