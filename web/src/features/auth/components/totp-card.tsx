// SPDX-License-Identifier: Apache-2.0
import { Smartphone } from "lucide-react";

import { Problem } from "@/components/alert";
import { Badge } from "@/components/badge";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { ConfirmButton } from "@/components/confirm-button";
import { Form } from "@/components/form";
import { Secret } from "@/components/secret";
import { type Enrolment, useBeginTotp, useConfirmTotp, useRemoveTotp } from "@/features/auth/api/factor";
import { CodeField, plainCode } from "@/features/auth/components/code-field";
import { toApiError } from "@/lib/problem";

import css from "./security.module.css";

type Props = {
	on: boolean;
	/** The first recovery codes come with the app. */
	onCodes: (codes: string[]) => void;
};

export function TotpCard({ on, onCodes }: Props) {
	const begin = useBeginTotp();
	const remove = useRemoveTotp();
	const error = begin.error ?? remove.error;

	return (
		<Card title="Authenticator app" aside={<Badge tone={on ? "ok" : "idle"}>{on ? "On" : "Off"}</Badge>}>
			<div className={css.stack}>
				{error && <Problem error={toApiError(error)} />}
				{on ? (
					<>
						<p>Signing in requires a code from your app after the password.</p>
						<div>
							<ConfirmButton
								busy={remove.isPending}
								question="Remove the authenticator app?"
								confirm="Remove the app"
								consequence={<p>Without another factor your password alone is enough again, and your recovery codes stop working.</p>}
								onConfirm={() => remove.mutate(undefined)}
							>
								Remove
							</ConfirmButton>
						</div>
					</>
				) : begin.data ? (
					<Enrol
						enrolment={begin.data}
						onCodes={(codes) => {
							begin.reset();
							onCodes(codes);
						}}
					/>
				) : (
					<>
						<p>An app on your phone shows a code that changes every 30 seconds. Signing in requires it besides the password.</p>
						<div>
							<Button
								icon={<Smartphone aria-hidden="true" />}
								busy={begin.isPending}
								onClick={() => begin.mutate(undefined)}
							>
								Set up the app
							</Button>
						</div>
					</>
				)}
			</div>
		</Card>
	);
}

type EnrolProps = { enrolment: Enrolment; onCodes: (codes: string[]) => void };

function Enrol({ enrolment, onCodes }: EnrolProps) {
	const confirm = useConfirmTotp();

	return (
		<>
			<p>Scan this with your authenticator app, or enter the key there.</p>
			<img
				className={css.qr}
				width="200"
				height="200"
				alt="QR code for your authenticator app; the key is shown below as text"
				src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(enrolment.qr)}`}
			/>
			<Secret label="Key" value={enrolment.secret} />
			<Form
				label="Turn on the app"
				submit="Turn on"
				fields={["code"]}
				busy={confirm.isPending}
				error={confirm.error}
				onSubmit={({ code = "" }) =>
					confirm.mutate(plainCode(code), { onSuccess: ({ recovery_codes }) => onCodes(recovery_codes) })
				}
			>
				<CodeField label="Current code in the app" hint="Six digits. They show that the app has the key." />
			</Form>
		</>
	);
}
