// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";

import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { PasswordField } from "@/components/field";
import { Form } from "@/components/form";
import { Loaded } from "@/components/states";
import { type Factors, factorsQuery } from "@/features/auth/api/factor";
import { useStepUp, useStepUpPasskey } from "@/features/auth/api/step-up";
import { CodeField, plainCode, RecoveryField } from "@/features/auth/components/code-field";
import { PasskeyButton } from "@/features/auth/components/passkey-button";
import { type Need, onStepUpWanted } from "@/lib/step-up";

import css from "./step-up.module.css";

type Wanted = { need: Need; answer: (proven: boolean) => void };

/** A link to the page for second factors; following it closes the dialog. */
type SetUp = (close: () => void) => ReactNode;

/** Shows the dialog when code calls stepUp() of @/lib/step-up. */
export function StepUp({ setUp }: { setUp: SetUp }) {
	const [wanted, setWanted] = useState<Wanted | null>(null);

	useEffect(() => onStepUpWanted((need) => new Promise((answer) => setWanted({ need, answer }))), []);

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
		<Dialog title={need === "fresh" ? "Confirm your identity" : "Use your second factor"} onClose={onCancel}>
			<div className={css.body}>
				<p className={css.lead}>
					{need === "fresh"
						? "This action needs a confirmation from the last ten minutes."
						: "This tenant requires a second factor from its members."}
				</p>
				<Loaded query={factors} label="your ways to sign in">
					{(known) =>
						need === "second_factor" && !known.totp && known.passkeys === 0 ? (
							<>
								<p>You have none yet. Set one up, then come back here.</p>
								<div className={css.actions}>
									{setUp(onCancel)}
									<Button onClick={onCancel}>Cancel</Button>
								</div>
							</>
						) : (
							<Ways factors={known} onDone={onDone} onCancel={onCancel} />
						)
					}
				</Loaded>
				{!factors.data && <Button onClick={onCancel}>Cancel</Button>}
			</div>
		</Dialog>
	);
}

type WaysProps = { factors: Factors; onDone: () => void; onCancel: () => void };

type Way = "password" | "code" | "recovery" | "passkey";

/** A password alone is not enough for an account with a second factor. */
function Ways({ factors, onDone, onCancel }: WaysProps) {
	const more = factors.totp || factors.passkeys > 0;
	const [way, setWay] = useState<Way>(factors.totp ? "code" : more ? "passkey" : "password");
	const passkey = useStepUpPasskey();
	const step = useStepUp();
	const common = {
		submit: "Confirm",
		busy: step.isPending,
		error: step.error,
		cancel: { label: "Cancel", onCancel },
	};

	function take(next: Way) {
		step.reset();
		setWay(next);
	}

	return (
		<>
			{way === "password" && (
				<Form
					{...common}
					label="Confirm by password"
					fields={["password"]}
					onSubmit={({ password = "" }) => step.mutate({ password }, { onSuccess: onDone })}
				>
					<PasswordField name="password" label="Your password" autoComplete="current-password" autoFocus required />
				</Form>
			)}
			{way === "code" && (
				<Form
					{...common}
					label="Confirm by code"
					fields={["code"]}
					onSubmit={({ code = "" }) => step.mutate({ code: plainCode(code) }, { onSuccess: onDone })}
				>
					<CodeField autoFocus />
				</Form>
			)}
			{way === "recovery" && (
				<Form
					{...common}
					label="Confirm by recovery code"
					fields={["recovery_code"]}
					onSubmit={({ recovery_code = "" }) =>
						step.mutate({ recovery_code: recovery_code.trim() }, { onSuccess: onDone })
					}
				>
					<RecoveryField />
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
			{factors.totp && way !== "code" && (
				<Button kind="quiet" onClick={() => take("code")}>
					Use a code from the app
				</Button>
			)}
			{more && factors.recovery_left > 0 && way !== "recovery" && (
				<Button kind="quiet" onClick={() => take("recovery")}>
					Use a recovery code
				</Button>
			)}
			{way === "passkey" && <Button onClick={onCancel}>Cancel</Button>}
		</>
	);
}
