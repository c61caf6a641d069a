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
						<p>Signing in asks for a code of your app after the password.</p>
						<div>
							<ConfirmButton
								busy={remove.isPending}
								question="Remove the authenticator app?"
								confirm="Remove it"
								keep="Keep it"
								consequence={<p>Without another factor your password alone will do again, and your recovery codes end.</p>}
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
						<p>A code that changes every 30 seconds, from an app on your phone, besides the password.</p>
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
			<p>Scan this with your authenticator app, or type the key into it.</p>
			<img
				className={css.qr}
				width="200"
				height="200"
				alt="QR code for your authenticator app; the key stands below as text"
				src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(enrolment.qr)}`}
			/>
			<Secret label="Key" value={enrolment.secret} />
			<Form
				label="Turn the app on"
				submit="Turn it on"
				fields={["code"]}
				busy={confirm.isPending}
				error={confirm.error}
				onSubmit={({ code = "" }) =>
					confirm.mutate(plainCode(code), { onSuccess: ({ recovery_codes }) => onCodes(recovery_codes) })
				}
			>
				<CodeField label="The code that it shows now" hint="Six digits; proves that the app knows the key." />
			</Form>
		</>
	);
}
