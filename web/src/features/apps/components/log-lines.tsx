// SPDX-License-Identifier: Apache-2.0
import { memo } from "react";

import type { Line } from "@/features/apps/api/log-tail";
import { timeOfDay } from "@/lib/format";

import css from "./log-view.module.css";

/** Lines never change: each is rendered once, however many follow. */
const LogLine = memo(function LogLine({ line }: { line: Line }) {
	return (
		<li className={css.line} data-stream={line.stream}>
			<time className={css.time} dateTime={line.time}>
				{timeOfDay(line.time)}
			</time>
			{line.stream === "stderr" && <span className="visually-hidden">stderr: </span>}
			<span className={css.text}>{line.line}</span>
		</li>
	);
});

export function LogLines({ lines }: { lines: Line[] }) {
	return (
		<ol>
			{lines.map((line) => (
				<LogLine key={line.seq} line={line} />
			))}
		</ol>
	);
}
