// SPDX-License-Identifier: Apache-2.0
import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";

import css from "./page.module.css";

type Props = {
	title: string;
	/** Breadcrumb: links to the pages above this one. */
	trail?: ReactNode[];
	lead?: ReactNode;
	aside?: ReactNode;
	narrow?: boolean;
	children: ReactNode;
};

export function Page({ title, trail = [], lead, aside, narrow = false, children }: Props) {
	return (
		<div className={narrow ? css.narrow : css.page}>
			<title>{`${title} · Cameleer`}</title>
			<header className={css.head}>
				<div className={css.heading}>
					{trail.length > 0 && (
						<nav aria-label="Breadcrumb">
							<ol className={css.trail}>
								{trail.map((step, index) => (
									<li key={index}>
										{step}
										<ChevronRight aria-hidden="true" />
									</li>
								))}
							</ol>
						</nav>
					)}
					<h1 dir="auto" className={css.title} title={title}>
						{title}
					</h1>
					{lead && <p className={css.lead}>{lead}</p>}
				</div>
				{aside && <div className={css.aside}>{aside}</div>}
			</header>
			{children}
		</div>
	);
}
