// SPDX-License-Identifier: Apache-2.0
import { type ReactNode, createContext, use, useEffect, useId, useRef, useState } from "react";

import { Problem } from "@/components/alert";
import { Button } from "@/components/button";
import type { FieldError } from "@/lib/problem";
import { toApiError } from "@/lib/problem";

import css from "./form.module.css";

const Errors = createContext<FieldError[]>([]);

/** The platform's error for one field, and the ids that tie it to the input. */
export function useField(name: string) {
	const id = useId();
	const error = use(Errors).find((candidate) => candidate.field === name)?.detail;

	return { id, hintId: `${id}-hint`, errorId: `${id}-error`, error };
}

type FormProps = {
	label: string;
	submit: string;
	busy: boolean;
	error: unknown;
	/**
	 * The names of the fields below; errors of other fields are shown at
	 * the top.
	 */
	fields: string[];
	onSubmit: (values: Record<string, string>) => void;
	cancel?: { label: string; onCancel: () => void };
	children: ReactNode;
};

export function Form({ label, submit, busy, error, fields, onSubmit, cancel, children }: FormProps) {
	const form = useRef<HTMLFormElement>(null);
	const failure = error ? toApiError(error) : null;
	const known = failure?.errors.filter((entry) => fields.includes(entry.field)) ?? [];
	const [missing, setMissing] = useState<FieldError[]>([]);
	const other = failure?.errors.filter((entry) => !fields.includes(entry.field)) ?? [];

	useEffect(() => {
		if (error || missing.length > 0) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
	}, [error, missing]);

	function submitted(sent: HTMLFormElement) {
		const empty = missingOf(sent);

		setMissing(empty);
		if (!busy && empty.length === 0) onSubmit(values(sent));
	}

	return (
		<form
			ref={form}
			className={css.form}
			aria-label={label}
			noValidate
			onSubmit={(event) => {
				event.preventDefault();
				submitted(event.currentTarget);
			}}
		>
			{failure && missing.length === 0 && (
				<Problem error={failure}>
					{other.map((entry) => (
						<p key={entry.field}>
							<code>{entry.field}</code>: {entry.detail}
						</p>
					))}
				</Problem>
			)}
			<Errors value={missing.length > 0 ? missing : known}>{children}</Errors>
			<div className={css.actions}>
				<Button type="submit" kind="primary" busy={busy}>
					{submit}
				</Button>
				{cancel && <Button onClick={cancel.onCancel}>{cancel.label}</Button>}
			</div>
		</form>
	);
}

/** Required fields that are empty: nothing is sent to learn that. */
function missingOf(form: HTMLFormElement): FieldError[] {
	return [...form.elements]
		.filter((element) => element instanceof HTMLInputElement && element.validity.valueMissing)
		.map((element) => ({ field: (element as HTMLInputElement).name, detail: "Please fill this in." }));
}

function values(form: HTMLFormElement): Record<string, string> {
	const entries: Record<string, string> = {};

	for (const [name, value] of new FormData(form)) {
		if (typeof value === "string") entries[name] = value;
	}
	return entries;
}
