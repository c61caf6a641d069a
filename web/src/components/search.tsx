// SPDX-License-Identifier: Apache-2.0
import { useEffect, useId, useState } from "react";

import type { Wanted } from "@/lib/wanted";

import css from "./search.module.css";

/** Milliseconds without a key until the list is asked for. */
const pause = 250;

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
	const [words, setWords] = useState(wanted.q);
	const id = useId();

	useEffect(() => {
		if (words === wanted.q) return;
		const timer = setTimeout(() => onChange({ ...wanted, q: words }), pause);

		return () => clearTimeout(timer);
	}, [words, wanted, onChange]);
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
