// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from "react";

import css from "./rows.module.css";

/** A list of things, one row each. */
export function Rows({ label, children }: { label: string; children: ReactNode }) {
	return (
		<ul className={css.rows} aria-label={label}>
			{children}
		</ul>
	);
}

type RowProps = { icon?: ReactNode; title: ReactNode; detail?: ReactNode; children?: ReactNode };

export function Row({ icon, title, detail, children }: RowProps) {
	return (
		<li className={css.row}>
			{icon && (
				<span className={css.icon} aria-hidden="true">
					{icon}
				</span>
			)}
			<div className={css.text}>
				<div className={css.title}>{title}</div>
				{detail && <div className={css.detail}>{detail}</div>}
			</div>
			<div className={css.end}>{children}</div>
		</li>
	);
}

/** Class of a row's link: the link covers the whole row. */
export const rowLink = css.link ?? "";
