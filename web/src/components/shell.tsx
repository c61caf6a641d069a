// SPDX-License-Identifier: Apache-2.0
import { Menu as MenuIcon, X } from "lucide-react";
import { createContext, type ReactNode, useState } from "react";

import { Logo } from "@/components/logo";
import { ThemeToggle } from "@/components/theme-toggle";

import css from "./shell.module.css";

/** Whether a page is inside of the shell; one that is not brings its own frame. */
export const InShell = createContext(false);

type Props = { switcher: ReactNode; nav: ReactNode; user: ReactNode; children: ReactNode };

export function Shell({ switcher, nav, user, children }: Props) {
	const [open, setOpen] = useState(false);

	return (
		<div className={css.shell}>
			<a className={css.skip} href="#main">
				Skip to the content
			</a>
			<header className={css.side} data-open={open}>
				<div className={css.brand}>
					<Logo />
					<div className={css.tools}>
						<ThemeToggle />
						<button
							type="button"
							className={css.toggle}
							aria-expanded={open}
							aria-controls="navigation"
							aria-label="Navigation"
							onClick={() => setOpen(!open)}
						>
							{open ? <X aria-hidden="true" /> : <MenuIcon aria-hidden="true" />}
						</button>
					</div>
				</div>
				<div
					id="navigation"
					className={css.drawer}
					onClick={(event) => {
						if ((event.target as Element).closest("a")) setOpen(false);
					}}
				>
					{switcher}
					<nav className={css.nav} aria-label="Main">
						{nav}
					</nav>
					<div className={css.user}>{user}</div>
				</div>
			</header>
			<main id="main" className={css.main} tabIndex={-1}>
				<InShell value>{children}</InShell>
			</main>
		</div>
	);
}

export function NavGroup({ label, children }: { label: string; children: ReactNode }) {
	return (
		<div className={css.group}>
			<p className={css.groupLabel}>{label}</p>
			<ul>{children}</ul>
		</div>
	);
}

/** Classes that links in the sidebar share. */
export const navItem = css.item ?? "";
export const sideButton = css.sideButton ?? "";
