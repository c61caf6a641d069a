// SPDX-License-Identifier: Apache-2.0
import { useState } from "react";

import { Alert } from "@/components/alert";
import { Card } from "@/components/card";
import { Field, PasswordField } from "@/components/field";
import { Form } from "@/components/form";
import type { Account } from "@/features/auth/api/account";
import { useChangeEmail, useChangePassword, useRenameMe } from "@/features/auth/api/me";

import css from "./security.module.css";

export function NameCard({ account }: { account: Account }) {
	const rename = useRenameMe();

	return (
		<Card title="Your name">
			<div className={css.stack}>
				{rename.isSuccess && <Alert tone="ok" title="Your name was changed" />}
				<Form
					label="Change your name"
					submit="Change name"
					fields={["name"]}
					busy={rename.isPending}
					error={rename.error}
					onSubmit={({ name = "" }) => rename.mutate(name)}
				>
					<Field
						key={account.name}
						name="name"
						label="Name"
						autoComplete="name"
						defaultValue={account.name ?? ""}
						required
					/>
				</Form>
			</div>
		</Card>
	);
}

export function EmailCard({ account }: { account: Account }) {
	const change = useChangeEmail();
	const [sentTo, setSentTo] = useState<string | null>(null);

	return (
		<Card title="E-mail">
			<div className={css.stack}>
				<p>
					You sign in as <strong>{account.email}</strong>.
				</p>
				{sentTo !== null && (
					<Alert tone="info" title="Two messages are on their way">
						<p>
							One to {account.email}, one to {sentTo}. Follow the links in both within a day. Until then
							nothing changes.
						</p>
					</Alert>
				)}
				<Form
					label="Change your e-mail"
					submit="Change e-mail"
					fields={["email"]}
					busy={change.isPending}
					error={change.error}
					onSubmit={({ email = "" }) => change.mutate(email, { onSuccess: () => setSentTo(email) })}
				>
					<Field name="email" label="New e-mail" type="email" autoComplete="email" required />
				</Form>
			</div>
		</Card>
	);
}

export function PasswordCard() {
	const change = useChangePassword();
	const [turn, setTurn] = useState(0);

	return (
		<Card title="Password">
			<div className={css.stack}>
				{change.isSuccess && (
					<Alert tone="ok" title="Your password was changed">
						<p>All your other sessions have ended.</p>
					</Alert>
				)}
				<Form
					key={turn}
					label="Change your password"
					submit="Change password"
					fields={["old", "new"]}
					busy={change.isPending}
					error={change.error}
					onSubmit={({ old = "", new: next = "" }) =>
						change.mutate({ old, new: next }, { onSuccess: () => setTurn((last) => last + 1) })
					}
				>
					<PasswordField name="old" label="Current password" autoComplete="current-password" required />
					<PasswordField
						name="new"
						label="New password"
						autoComplete="new-password"
						hint="At least 15 characters. This ends all your other sessions."
						required
					/>
				</Form>
			</div>
		</Card>
	);
}
