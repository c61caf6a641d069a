// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";

import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { PasswordField } from "@/components/field";
import { Form } from "@/components/form";
import { Loaded } from "@/components/states";
import { type Factors, factorsQuery } from "@/features/auth/api/list-factors";
import { useStepUp } from "@/features/auth/api/step-up";
import { useStepUpPasskey } from "@/features/auth/api/step-up-passkey";
import { CodeField, plainCode } from "@/features/auth/components/code-field";
import { PasskeyButton } from "@/features/auth/components/passkey-button";
import { type Need, onProofWanted } from "@/lib/proof";

import css from "./step-up.module.css";

type Wanted = { need: Need; answer: (proven: boolean) => void };

/** Where to set up a second factor, which leaves the dialog. */
type SetUp = (close: () => void) => ReactNode;

/** Shows the dialog to whoever asks through @/lib/proof. */
export function StepUp({ setUp }: { setUp: SetUp }) {
	const [wanted, setWanted] = useState<Wanted | null>(null);

	useEffect(() => onProofWanted((need) => new Promise((answer) => setWanted({ need, answer }))), []);

	if (!wanted) return null;
	const close = (proven: boolean) => {
		setWanted(null);
		wanted.answer(proven);
	};
	return (
		<StepUpDialog need={wanted.need} setUp={setUp} onDone={() => close(true)} onCancel={() => close(false)} />
	);
}

type DialogProps = { need: Need; setUp: SetUp; onDone: () => void; onCancel: () => void };

function StepUpDialog({ need, setUp, onDone, onCancel }: DialogProps) {
	const factors = useQuery({ ...factorsQuery, staleTime: 0 });

	return (
		<Dialog title={need === "fresh" ? "Confirm that it is you" : "Show your second factor"} onClose={onCancel}>
			<div className={css.body}>
				<p className={css.lead}>
					{need === "fresh"
						? "This wants a proof of the last ten minutes."
						: "This tenant asks its members for more than a password."}
				</p>
				<Loaded query={factors} label="your ways to sign in">
					{(known) =>
						need === "second_factor" && !known.totp && known.passkeys === 0 ? (
							<>
								<p>You have none yet. With one set up you come back here and go on.</p>
								{setUp(onCancel)}
							</>
						) : (
							<Ways need={need} factors={known} onDone={onDone} />
						)
					}
				</Loaded>
				<Button onClick={onCancel}>Cancel</Button>
			</div>
		</Dialog>
	);
}

type WaysProps = { need: Need; factors: Factors; onDone: () => void };

function Ways({ need, factors, onDone }: WaysProps) {
	const [byPassword, setByPassword] = useState(need === "fresh" && !factors.totp);
	const passkey = useStepUpPasskey();
	const step = useStepUp();
	const common = { submit: "Confirm", busy: step.isPending, error: step.error };

	return (
		<>
			{byPassword && (
				<Form
					{...common}
					label="Confirm by password"
					fields={["password"]}
					onSubmit={({ password = "" }) => step.mutate({ password }, { onSuccess: onDone })}
				>
					<PasswordField name="password" label="Your password" autoComplete="current-password" autoFocus required />
				</Form>
			)}
			{!byPassword && factors.totp && (
				<Form
					{...common}
					label="Confirm by code"
					fields={["code"]}
					onSubmit={({ code = "" }) => step.mutate({ code: plainCode(code) }, { onSuccess: onDone })}
				>
					<CodeField autoFocus />
				</Form>
			)}
			{factors.passkeys > 0 && (
				<PasskeyButton
					busy={passkey.isPending}
					error={passkey.error}
					onPress={() => passkey.mutate(undefined, { onSuccess: onDone })}
				>
					Use a passkey
				</PasskeyButton>
			)}
			{need === "fresh" && factors.totp && (
				<Button
					kind="quiet"
					onClick={() => {
						step.reset();
						setByPassword(!byPassword);
					}}
				>
					{byPassword ? "Use a code of the app" : "Use the password"}
				</Button>
			)}
		</>
	);
}
