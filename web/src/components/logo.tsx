// SPDX-License-Identifier: Apache-2.0
import css from "./logo.module.css";

export function Logo() {
	return (
		<span className={css.logo}>
			<svg viewBox="0 0 32 32" aria-hidden="true">
				<rect className={css.plate} width="32" height="32" rx="8" />
				<path
					className={css.humps}
					d="M6 23c0-5 2.2-6.5 3.6-9.3C10.4 12 11 10.5 12.2 10.5c1.9 0 2.2 4.5 4 4.5s2-5.5 4-5.5c1.7 0 2.3 2.3 3 4.2.9 2.4 2.8 4.3 2.8 9.3"
				/>
			</svg>
			<span>Cameleer</span>
		</span>
	);
}
