// SPDX-License-Identifier: Apache-2.0
import { type ReactNode, useId, useState } from "react";

import { useField } from "@/components/form";
import { useWords } from "@/components/search";

import css from "./field.module.css";

export type Thing = { id: string; title: string };

/** How the platform is asked for other things than those that are here. */
export type Finding = { q: string; onQ: (q: string) => void; more: boolean };

type Props = {
	name?: string;
	label: string;
	hint?: ReactNode;
	/** The first things that have the words. */
	things: readonly Thing[];
	finding: Finding;
	/** The name of choosing nothing, when that is possible. */
	none?: string;
	initial?: Thing | undefined;
	onChoice?: (id: string) => void;
};

/**
 * A choice among more things than one page has: words above it let the platform
 * search.  The field for words is left out when everything is here.
 */
export function SearchSelect({ name = "", label, hint, things, finding, none, initial, onChoice }: Props) {
	const field = useField(name);
	const id = useId();
	const [words, setWords] = useWords(finding.q, finding.onQ);
	const [chosen, setChosen] = useState<Thing | undefined>(initial);
	const kept = chosen && !things.some((thing) => thing.id === chosen.id) ? [chosen] : [];
	const options = [...(none === undefined ? [] : [{ id: "", title: none }]), ...kept, ...things];

	return (
		<div className={css.field}>
			<label className={css.label} htmlFor={field.id}>
				{label}
			</label>
			{(finding.more || words !== "") && (
				<>
					<label className="visually-hidden" htmlFor={`${id}-q`}>
						Search: {label}
					</label>
					<input
						id={`${id}-q`}
						className={css.input}
						type="search"
						placeholder="Search"
						maxLength={120}
						autoComplete="off"
						value={words}
						onChange={(event) => setWords(event.target.value)}
						onKeyDown={(event) => {
							if (event.key === "Enter") event.preventDefault();
						}}
					/>
				</>
			)}
			<select
				id={field.id}
				name={name === "" ? undefined : name}
				className={css.input}
				value={chosen?.id ?? options[0]?.id ?? ""}
				aria-invalid={field.error ? true : undefined}
				aria-describedby={`${field.hintId} ${field.errorId}`}
				onChange={({ target }) => {
					setChosen(options.find((option) => option.id === target.value));
					onChoice?.(target.value);
				}}
			>
				{options.map((option) => (
					<option key={option.id} value={option.id}>
						{option.title}
					</option>
				))}
			</select>
			<p id={field.hintId} className={css.hint} role="status">
				{hint}
				{finding.more && ` The first ${things.length} are listed: search for others.`}
			</p>
			<p id={field.errorId} className={css.error} hidden={!field.error}>
				{field.error}
			</p>
		</div>
	);
}
