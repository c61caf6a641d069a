// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from "react";

import css from "./tab-nav.module.css";

/** Tabs that are separate pages: each is a link with its own address. */
export function TabNav({ label, children }: { label: string; children: ReactNode }) {
	return (
		<nav className={css.tabs} aria-label={label}>
			{children}
		</nav>
	);
}

export const tabLink = css.tab ?? "";
