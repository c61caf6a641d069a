// SPDX-License-Identifier: Apache-2.0
import { useSyncExternalStore } from "react";

export type Theme = "light" | "dark";

const key = "cameleer.theme"; // also read by public/theme.js
const dark = () => window.matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

function current(): Theme {
	const chosen = document.documentElement.dataset.theme;

	if (chosen === "light" || chosen === "dark") return chosen;
	return dark().matches ? "dark" : "light";
}

export function chooseTheme(theme: Theme): void {
	document.documentElement.dataset.theme = theme;
	try {
		localStorage.setItem(key, theme);
	} catch {
		// Storage is refused: the choice lasts for this page.
	}
	for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
	const system = dark();

	listeners.add(listener);
	system.addEventListener("change", listener);
	return () => {
		listeners.delete(listener);
		system.removeEventListener("change", listener);
	};
}

export function useTheme(): Theme {
	return useSyncExternalStore(subscribe, current);
}
