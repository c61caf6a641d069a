// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from "react";

import { Logo } from "@/components/logo";
import { ThemeToggle } from "@/components/theme-toggle";

import css from "./public-page.module.css";

type Props = { title: string; lead?: ReactNode; children: ReactNode; footer?: ReactNode };

/** The frame of the public pages. */
export function PublicPage({ title, lead, children, footer }: Props) {
	return (
		<div className={css.public}>
			<title>{`${title} · Cameleer`}</title>
			<aside className={css.brand} aria-label="About Cameleer">
				<Logo />
				<div className={css.pitch}>
					<p className={css.claim}>Your Camel routes, running and observed.</p>
					<p className={css.more}>
						Upload a JAR. Cameleer builds the image, runs it in your own tenant and watches every
						exchange.
					</p>
				</div>
				<Route />
			</aside>
			<main id="main" className={css.main}>
				<div className={css.theme}>
					<ThemeToggle />
				</div>
				<div className={css.panel}>
					<div className={css.small}>
						<Logo />
					</div>
					<header className={css.head}>
						<h1 className={css.title}>{title}</h1>
						{lead && <p className={css.lead}>{lead}</p>}
					</header>
					{children}
					{footer && <p className={css.footer}>{footer}</p>}
				</div>
			</main>
		</div>
	);
}

/** A drawing of a route: source, choice, targets. */
function Route() {
	return (
		<svg className={css.route} viewBox="0 0 420 200" aria-hidden="true">
			<path className={css.line} d="M70 100h70M190 90c40-40 60-50 100-50M190 110c40 40 60 50 100 50M340 40h70M340 160h70" />
			<circle className={css.node} cx="45" cy="100" r="25" />
			<path className={css.choice} d="M165 70l30 30-30 30-30-30z" />
			<rect className={css.node} x="290" y="18" width="50" height="44" rx="10" />
			<rect className={css.node} x="290" y="138" width="50" height="44" rx="10" />
			<circle className={css.pulse} cx="105" cy="100" r="5" />
			<circle className={css.pulse} cx="244" cy="52" r="5" />
			<circle className={css.pulse} cx="380" cy="160" r="5" />
		</svg>
	);
}
