// SPDX-License-Identifier: Apache-2.0
import css from "./badge.module.css";

export type Tone = "ok" | "warn" | "bad" | "busy" | "idle";

type Props = { tone: Tone; children: string };

/** A state: the word names it; dot and colour only support the word. */
export function Badge({ tone, children }: Props) {
	return (
		<span className={`${css.badge ?? ""} ${css[tone] ?? ""}`}>
			<span className={css.dot} aria-hidden="true" />
			{children}
		</span>
	);
}

/** A plain fact: a role, a tier, a number. */
export function Tag({ children }: { children: string }) {
	return <span className={css.tag}>{children}</span>;
}
