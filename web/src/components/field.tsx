// SPDX-License-Identifier: Apache-2.0
import { CircleAlert, Eye, EyeOff } from "lucide-react";
import { type ComponentProps, type ReactNode, useState } from "react";

import { IconButton } from "@/components/button";
import { useField } from "@/components/form";

import css from "./field.module.css";

/** Hint and error below a control, and the ids by which it refers to them. */
function notesOf(field: ReturnType<typeof useField>, hint?: ReactNode, complaint?: string) {
	const error = field.error ?? complaint;
	const ids = [hint && field.hintId, error && field.errorId].filter(Boolean).join(" ");

	return {
		ids: ids || undefined,
		invalid: error ? true : undefined,
		hint: hint && (
			<p id={field.hintId} className={css.hint}>
				{hint}
			</p>
		),
		error: error && (
			<p id={field.errorId} className={css.error}>
				<CircleAlert aria-hidden="true" />
				{error}
			</p>
		),
	};
}

type Props = Omit<ComponentProps<"input">, "name" | "id"> & {
	name: string;
	label: string;
	hint?: ReactNode;
	/** Found while typing; an error from the platform has precedence. */
	complaint?: string | undefined;
	trailing?: ReactNode;
};

export function Field({ name, label, hint, complaint, trailing, ...input }: Props) {
	const field = useField(name);
	const notes = notesOf(field, hint, complaint);

	return (
		<div className={css.field}>
			<label className={css.label} htmlFor={field.id}>
				{label}
			</label>
			<div className={css.control}>
				<input
					{...input}
					id={field.id}
					name={name}
					className={css.input}
					aria-invalid={notes.invalid}
					aria-describedby={notes.ids}
				/>
				{trailing}
			</div>
			{notes.hint}
			{notes.error}
		</div>
	);
}

export function PasswordField(props: Omit<Props, "type" | "trailing">) {
	const [shown, setShown] = useState(false);

	return (
		<Field
			{...props}
			type={shown ? "text" : "password"}
			autoCapitalize="none"
			spellCheck={false}
			trailing={
				<IconButton
					label={shown ? "Hide password" : "Show password"}
					icon={shown ? <EyeOff aria-hidden="true" /> : <Eye aria-hidden="true" />}
					onClick={() => setShown(!shown)}
				/>
			}
		/>
	);
}

type SelectProps = {
	name: string;
	label: string;
	hint?: ReactNode;
	initial?: string | undefined;
	options: readonly { value: string; title: string }[];
};

export function SelectField({ name, label, hint, initial, options }: SelectProps) {
	const field = useField(name);
	const notes = notesOf(field, hint);

	return (
		<div className={css.field}>
			<label className={css.label} htmlFor={field.id}>
				{label}
			</label>
			<select
				id={field.id}
				name={name}
				className={css.input}
				defaultValue={initial}
				aria-invalid={notes.invalid}
				aria-describedby={notes.ids}
			>
				{options.map(({ value, title }) => (
					<option key={value} value={value}>
						{title}
					</option>
				))}
			</select>
			{notes.hint}
			{notes.error}
		</div>
	);
}

type CheckboxGroupProps = {
	name: string;
	label: string;
	hint?: ReactNode;
	choices: readonly { value: string; title: string; detail?: string | undefined }[];
	chosen: readonly string[];
	onChange: (chosen: string[]) => void;
};

/** A group of checkboxes: any number of choices. */
export function CheckboxGroup({ name, label, hint, choices, chosen, onChange }: CheckboxGroupProps) {
	const field = useField(name);
	const notes = notesOf(field, hint);

	return (
		<fieldset className={css.choices} aria-describedby={notes.ids}>
			<legend className={css.label}>{label}</legend>
			{notes.hint}
			<div className={css.checkboxes}>
				{choices.map(({ value, title, detail }) => (
					<label key={value} className={css.checkbox}>
						<input
							type="checkbox"
							checked={chosen.includes(value)}
							onChange={(event) =>
								onChange(
									event.target.checked
										? [...chosen, value]
										: chosen.filter((other) => other !== value),
								)
							}
						/>
						<span>
							<span className={css.choiceTitle}>{title}</span>
							{detail && <span className={css.hint}>{detail}</span>}
						</span>
					</label>
				))}
			</div>
			{notes.error}
		</fieldset>
	);
}

type Choice = { value: string; title: string; detail: string };

type RadioGroupProps = { name: string; label: string; choices: readonly Choice[]; initial: string };

export function RadioGroup({ name, label, choices, initial }: RadioGroupProps) {
	const field = useField(name);
	const notes = notesOf(field);

	return (
		<fieldset className={css.choices} aria-describedby={notes.ids}>
			<legend className={css.label}>{label}</legend>
			<div className={css.grid}>
				{choices.map((choice) => (
					<label key={choice.value} className={css.choice}>
						<input
							type="radio"
							name={name}
							value={choice.value}
							defaultChecked={choice.value === initial}
						/>
						<span>
							<span className={css.choiceTitle}>{choice.title}</span>
							<span className={css.hint}>{choice.detail}</span>
						</span>
					</label>
				))}
			</div>
			{notes.error}
		</fieldset>
	);
}
