// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from "react";

import css from "./card.module.css";

type Props = {
	title?: string;
	/** Beside the title: a state, a count, a link. */
	aside?: ReactNode;
	/** Lists bring their own padding. */
	flush?: boolean;
	children: ReactNode;
};

export function Card({ title, aside, flush = false, children }: Props) {
	return (
		<section className={css.card}>
			{title && (
				<div className={css.head}>
					<h2 className={css.title}>{title}</h2>
					{aside}
				</div>
			)}
			<div className={flush ? css.flush : css.body}>{children}</div>
		</section>
	);
}
