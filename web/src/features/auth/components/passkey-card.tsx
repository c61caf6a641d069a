// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { Fingerprint } from "lucide-react";
import { useState } from "react";

import { Alert, Problem } from "@/components/alert";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { ConfirmButton } from "@/components/confirm-button";
import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Form } from "@/components/form";
import { GivenName } from "@/components/given-name";
import { Row, Rows } from "@/components/rows";
import { Loaded } from "@/components/states";
import { RelativeTime } from "@/components/relative-time";
import {
	type Passkey,
	passkeysQuery,
	useAddPasskey,
	useRemovePasskey,
	useRenamePasskey,
} from "@/features/auth/api/passkey";
import { toApiError } from "@/lib/problem";
import { passkeyFailure, passkeysWork } from "@/lib/webauthn";

import css from "./security.module.css";

export function PasskeyCard() {
	const passkeys = useQuery(passkeysQuery);

	return (
		<Card title="Passkeys">
			<div className={css.stack}>
				<p>
					Sign in with your device's screen lock or a security key, without a password. A passkey cannot be
					phished.
				</p>
				<Loaded query={passkeys} label="passkeys">
					{({ items }) =>
						items.length > 0 && (
							<Rows label="Passkeys">
								{items.map((passkey) => (
									<PasskeyRow key={passkey.id} passkey={passkey} />
								))}
							</Rows>
						)
					}
				</Loaded>
				{passkeysWork() ? <Add /> : <p>This browser cannot use passkeys.</p>}
			</div>
		</Card>
	);
}

function Add() {
	const add = useAddPasskey();
	const refusal = passkeyFailure(add.error);

	return (
		<>
			{refusal && <Alert tone="warn" title={refusal} />}
			<Form
				label="Add a passkey"
				submit="Add a passkey"
				fields={["name"]}
				busy={add.isPending}
				error={refusal ? null : add.error}
				onSubmit={({ name = "" }) => add.mutate(name.trim() || "Passkey")}
			>
				<Field
					name="name"
					label="Name of the new passkey"
					hint="To recognise it later, such as “Work laptop”."
					autoComplete="off"
					maxLength={60}
				/>
			</Form>
		</>
	);
}

function PasskeyRow({ passkey }: { passkey: Passkey }) {
	const [renaming, setRenaming] = useState(false);
	const rename = useRenamePasskey(passkey);
	const remove = useRemovePasskey();

	return (
		<Row
			icon={<Fingerprint />}
			title={<GivenName>{passkey.name}</GivenName>}
			detail={
				<>
					{passkey.created_at && (
						<>
							added <RelativeTime time={passkey.created_at} />
						</>
					)}
					{passkey.used_at && (
						<>
							{" · used "}
							<RelativeTime time={passkey.used_at} />
						</>
					)}
				</>
			}
		>
			<Button size="sm" aria-label={`Rename ${passkey.name}`} onClick={() => setRenaming(true)}>
				Rename
			</Button>
			<ConfirmButton
				label={`Remove ${passkey.name}`}
				busy={remove.isPending}
				question={`Remove “${passkey.name}”?`}
				confirm="Remove"
				consequence={<p>It can no longer be used to sign in. Delete it on the device as well.</p>}
				onConfirm={() => remove.mutate(passkey.id)}
			>
				Remove
			</ConfirmButton>
			{remove.error && <Problem error={toApiError(remove.error)} />}
			{renaming && (
				<Dialog title="Rename the passkey" onClose={() => setRenaming(false)}>
					<Form
						label="Rename the passkey"
						submit="Rename"
						fields={["name"]}
						busy={rename.isPending}
						error={rename.error}
						cancel={{ label: "Cancel", onCancel: () => setRenaming(false) }}
						onSubmit={({ name = "" }) => rename.mutate(name.trim(), { onSuccess: () => setRenaming(false) })}
					>
						<Field name="name" label="Name" defaultValue={passkey.name} maxLength={60} autoComplete="off" required />
					</Form>
				</Dialog>
			)}
		</Row>
	);
}
