// SPDX-License-Identifier: Apache-2.0
import { CircleAlert, Eye, EyeOff } from "lucide-react";
import { type ComponentProps, type ReactNode, useState } from "react";

import { IconButton } from "@/components/button";
import { useField } from "@/components/form";

import css from "./field.module.css";

type Props = Omit<ComponentProps<"input">, "name" | "id"> & {
	name: string;
	label: string;
	hint?: ReactNode;
	/** Found while typing; what the platform says comes first. */
	complaint?: string | undefined;
	trailing?: ReactNode;
};

export function Field({ name, label, hint, complaint, trailing, ...input }: Props) {
	const field = useField(name);
	const error = field.error ?? complaint;
	const described = [hint ? field.hintId : "", error ? field.errorId : ""].filter(Boolean).join(" ");

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
					aria-invalid={error ? true : undefined}
					aria-describedby={described || undefined}
				/>
				{trailing}
			</div>
			{hint && (
				<p id={field.hintId} className={css.hint}>
					{hint}
				</p>
			)}
			{error && (
				<p id={field.errorId} className={css.error}>
					<CircleAlert aria-hidden="true" />
					{error}
				</p>
			)}
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
	const described = [hint ? field.hintId : "", field.error ? field.errorId : ""].filter(Boolean).join(" ");

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
				aria-invalid={field.error ? true : undefined}
				aria-describedby={described || undefined}
			>
				{options.map(({ value, title }) => (
					<option key={value} value={value}>
						{title}
					</option>
				))}
			</select>
			{hint && (
				<p id={field.hintId} className={css.hint}>
					{hint}
				</p>
			)}
			{field.error && (
				<p id={field.errorId} className={css.error}>
					<CircleAlert aria-hidden="true" />
					{field.error}
				</p>
			)}
		</div>
	);
}

type TicksProps = {
	name: string;
	label: string;
	hint?: ReactNode;
	choices: readonly { value: string; title: string; detail?: string | undefined }[];
	chosen: readonly string[];
	onChange: (chosen: string[]) => void;
};

/** Any number of choices, each with its own box. */
export function Ticks({ name, label, hint, choices, chosen, onChange }: TicksProps) {
	const field = useField(name);
	const described = [hint ? field.hintId : "", field.error ? field.errorId : ""].filter(Boolean).join(" ");

	return (
		<fieldset className={css.choices} aria-describedby={described || undefined}>
			<legend className={css.label}>{label}</legend>
			{hint && (
				<p id={field.hintId} className={css.hint}>
					{hint}
				</p>
			)}
			<div className={css.ticks}>
				{choices.map(({ value, title, detail }) => (
					<label key={value} className={css.tick}>
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
			{field.error && (
				<p id={field.errorId} className={css.error}>
					<CircleAlert aria-hidden="true" />
					{field.error}
				</p>
			)}
		</fieldset>
	);
}

type Choice = { value: string; title: string; detail: string };

type ChoicesProps = { name: string; label: string; choices: readonly Choice[]; initial: string };

export function Choices({ name, label, choices, initial }: ChoicesProps) {
	const field = useField(name);

	return (
		<fieldset className={css.choices} aria-describedby={field.error ? field.errorId : undefined}>
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
			{field.error && (
				<p id={field.errorId} className={css.error}>
					<CircleAlert aria-hidden="true" />
					{field.error}
				</p>
			)}
		</fieldset>
	);
}
