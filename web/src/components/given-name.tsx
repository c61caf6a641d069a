// SPDX-License-Identifier: Apache-2.0
import css from "./given-name.module.css";

/**
 * A name that people gave: in the direction of its own script, and cut after
 * two lines.  All of it is in the title, and shows while its row or link has
 * the focus.
 */
export function GivenName({ children }: { children: string }) {
	return (
		<span dir="auto" className={css.name} title={children}>
			{children}
		</span>
	);
}
