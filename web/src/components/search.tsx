// SPDX-License-Identifier: Apache-2.0
import { useEffect, useId, useRef, useState } from "react";

import type { Wanted } from "@/lib/wanted";

import css from "./search.module.css";

/** Milliseconds without a key until the list is asked for. */
const pause = 250;

/**
 * What is typed, and told after a pause.  Words that come from elsewhere, as by
 * a link, take the place of what was typed.
 */
export function useWords(q: string, onWords: (q: string) => void) {
	const [words, setWords] = useState(q);
	const [seen, setSeen] = useState(q);
	const [told, setTold] = useState(q);
	const tell = useRef(onWords);

	useEffect(() => {
		tell.current = onWords;
	});
	if (q !== seen) {
		setSeen(q);
		if (q !== told) {
			setTold(q);
			setWords(q);
		}
	}
	useEffect(() => {
		if (words === told) return;
		const timer = setTimeout(() => {
			setTold(words);
			tell.current(words);
		}, pause);

		return () => clearTimeout(timer);
	}, [words, told]);
	return [words, setWords] as const;
}

type Props = {
	/** What is searched: "members". */
	label: string;
	wanted: Wanted;
	onChange: (wanted: Wanted) => void;
	/** How many are shown, and how many there are; undefined while asking. */
	shown: number | undefined;
	total: number | undefined;
};

export function Search({ label, wanted, onChange, shown, total }: Props) {
	const [words, setWords] = useWords(wanted.q, (q) => onChange({ ...wanted, q }));
	const id = useId();

	return (
		<search className={css.search}>
			<label className="visually-hidden" htmlFor={`${id}-q`}>
				Search {label}
			</label>
			<input
				id={`${id}-q`}
				className={css.words}
				type="search"
				placeholder={`Search ${label}`}
				maxLength={120}
				autoComplete="off"
				value={words}
				onChange={(event) => setWords(event.target.value)}
			/>
			<label className="visually-hidden" htmlFor={`${id}-sort`}>
				Sort by
			</label>
			<select
				id={`${id}-sort`}
				className={css.sort}
				value={wanted.sort}
				onChange={({ target }) => onChange({ q: words, sort: target.value === "newest" ? "newest" : "name" })}
			>
				<option value="name">By name</option>
				<option value="newest">Newest first</option>
			</select>
			<p role="status" className={css.count}>
				{shown !== undefined && total !== undefined && `${shown} of ${total}`}
			</p>
		</search>
	);
}
