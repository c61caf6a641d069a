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
	const [found, setFound] = useState<FieldError[]>([]);
	const other = failure?.errors.filter((entry) => !fields.includes(entry.field)) ?? [];

	useEffect(() => {
		if (error || found.length > 0) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
	}, [error, found]);

	function submitted(sent: HTMLFormElement) {
		const complaints = complaintsOf(sent);

		setFound(complaints);
		if (!busy && complaints.length === 0) onSubmit(values(sent));
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
			{failure && found.length === 0 && (
				<Problem error={failure}>
					{other.map((entry) => (
						<p key={entry.field}>
							<code>{entry.field}</code>: {entry.detail}
						</p>
					))}
				</Problem>
			)}
			<Errors value={found.length > 0 ? found : known}>{children}</Errors>
			<div className={css.actions}>
				<Button type="submit" kind="primary" busy={busy}>
					{submit}
				</Button>
				{cancel && <Button onClick={cancel.onCancel}>{cancel.label}</Button>}
			</div>
		</form>
	);
}

/** What the platform would certainly refuse: nothing is sent to learn that. */
function complaintsOf(form: HTMLFormElement): FieldError[] {
	return [...form.elements].flatMap((element) => {
		const detail = element instanceof HTMLInputElement ? complaintOf(element) : null;

		return detail === null ? [] : [{ field: (element as HTMLInputElement).name, detail }];
	});
}

/** Passwords may begin or end with a blank; nothing else counts it. */
function complaintOf(input: HTMLInputElement): string | null {
	const { value, required, type, minLength, validity } = input;
	const text = input.autocomplete.endsWith("password") ? value : value.trim();

	if (text === "") return required ? "Please fill this in." : null;
	if (type === "email" && !/^[^\s@]+@[^\s@]+$/.test(text)) return "Enter an address such as name@example.com.";
	if (type === "url" && !URL.canParse(text)) return "Enter a whole address, with https:// before it.";
	if (Array.from(text).length < minLength) return `At least ${minLength} characters.`;
	return validity.patternMismatch ? input.title : null;
}

function values(form: HTMLFormElement): Record<string, string> {
	const entries: Record<string, string> = {};

	for (const [name, value] of new FormData(form)) {
		if (typeof value === "string") entries[name] = value;
	}
	return entries;
}
