// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Alert, Problem } from "@/components/alert";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { Field } from "@/components/field";
import { Form } from "@/components/form";
import { Loading } from "@/components/states";
import { RelativeTime } from "@/components/relative-time";
import { deviceQuery, useApproveDevice } from "@/features/auth/api/device";
import { toApiError } from "@/lib/problem";

import css from "./security.module.css";

/** "wxyz bcdf" as people type it: WXYZ-BCDF. */
function plainUserCode(typed: string): string {
	const letters = typed.toUpperCase().replace(/[^A-Z0-9]/g, "");

	return letters.length === 8 ? `${letters.slice(0, 4)}-${letters.slice(4)}` : letters;
}

/** Device authorization: enter the code of a program, then allow or refuse. */
export function DeviceApproval({ initial }: { initial: string }) {
	const [code, setCode] = useState(plainUserCode(initial));
	const [answered, setAnswered] = useState<boolean | null>(null);

	if (answered !== null) {
		return answered ? (
			<Alert tone="ok" title="The program is signed in">
				<p>Go back to the program. It appears in your list of sessions.</p>
			</Alert>
		) : (
			<Alert tone="info" title="The sign-in of the program was refused" />
		);
	}
	if (code === "") return <CodeForm onCode={setCode} />;
	return <Question code={code} onOther={() => setCode("")} onAnswered={setAnswered} />;
}

function CodeForm({ onCode }: { onCode: (code: string) => void }) {
	return (
		<Card>
			<Form
				label="Sign in a program"
				submit="Continue"
				busy={false}
				error={null}
				fields={["user_code"]}
				onSubmit={({ user_code = "" }) => onCode(plainUserCode(user_code))}
			>
				<Field
					name="user_code"
					label="Code"
					hint="Eight letters that the program shows, such as WXYZ-BCDF."
					autoComplete="off"
					autoCapitalize="characters"
					spellCheck={false}
					required
				/>
			</Form>
		</Card>
	);
}

type QuestionProps = { code: string; onOther: () => void; onAnswered: (approved: boolean) => void };

function Question({ code, onOther, onAnswered }: QuestionProps) {
	const device = useQuery(deviceQuery(code));
	const approve = useApproveDevice(code);
	const answer = (yes: boolean) => approve.mutate(yes, { onSuccess: () => onAnswered(yes) });

	if (device.error) {
		return (
			<Problem
				error={toApiError(device.error)}
				action={
					<Button size="sm" onClick={onOther}>
						Enter another code
					</Button>
				}
			/>
		);
	}
	if (!device.data) return <Loading label="the program" />;
	const { client_name, client_ip, created_at } = device.data;

	return (
		<Card title={`Sign in “${client_name}”?`}>
			<div className={css.stack}>
				<Alert tone="warn" title={`Only if you started this yourself and the program shows ${code}`}>
					<p>It can then act as you. Nobody from the platform will ever ask you for such a code.</p>
				</Alert>
				<p>
					Requested{client_ip && <> from {client_ip}</>}
					{created_at && (
						<>
							{" "}
							<RelativeTime time={created_at} />
						</>
					)}
					.
				</p>
				{approve.error && <Problem error={toApiError(approve.error)} />}
				<div className={css.actions}>
					<Button kind="primary" busy={approve.isPending && approve.variables} onClick={() => answer(true)}>
						Sign it in
					</Button>
					<Button kind="danger" busy={approve.isPending && !approve.variables} onClick={() => answer(false)}>
						Refuse
					</Button>
				</div>
			</div>
		</Card>
	);
}
