// SPDX-License-Identifier: Apache-2.0
import { useState } from "react";

import { Button } from "@/components/button";
import { Form } from "@/components/form";
import { type Challenge, useLoginPasskey, useLoginSecond } from "@/features/auth/api/login";
import { CodeField, plainCode, RecoveryField } from "@/features/auth/components/code-field";
import { PasskeyButton } from "@/features/auth/components/passkey-button";

type Way = "code" | "recovery" | "passkey";

type Props = { challenge: Challenge; onDone: () => void };

/** Second step of signing in, after the password. */
export function SecondStepForm({ challenge, onDone }: Props) {
	const offered = challenge.second_factor;
	const [way, setWay] = useState<Way>(offered.includes("totp") ? "code" : offered.includes("passkey") ? "passkey" : "recovery");
	const second = useLoginSecond();
	const passkey = useLoginPasskey();
	const send = (proof: { code: string } | { recovery_code: string }) =>
		second.mutate({ challenge: challenge.challenge, ...proof }, { onSuccess: onDone });
	const common = { label: "Second step", submit: "Continue", busy: second.isPending, error: second.error };

	return (
		<>
			{way === "code" && (
				<Form {...common} fields={["code"]} onSubmit={({ code = "" }) => send({ code: plainCode(code) })}>
					<CodeField autoFocus />
				</Form>
			)}
			{way === "recovery" && (
				<Form
					{...common}
					fields={["recovery_code"]}
					onSubmit={({ recovery_code = "" }) => send({ recovery_code: recovery_code.trim() })}
				>
					<RecoveryField />
				</Form>
			)}
			{offered.includes("passkey") && (
				<PasskeyButton
					busy={passkey.isPending}
					error={passkey.error}
					onPress={() => passkey.mutate(undefined, { onSuccess: onDone })}
				>
					Use a passkey
				</PasskeyButton>
			)}
			{offered.includes("totp") && way !== "code" && (
				<Button kind="quiet" onClick={() => setWay("code")}>
					Use a code from the app
				</Button>
			)}
			{offered.includes("recovery") && way !== "recovery" && (
				<Button kind="quiet" onClick={() => setWay("recovery")}>
					Use a recovery code
				</Button>
			)}
		</>
	);
}
