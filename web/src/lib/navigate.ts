// SPDX-License-Identifier: Apache-2.0
/*
 * The address bar, for the public pages, which have no router so that the
 * sign-in page loads fast.
 */
import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();

function address(): string {
	return window.location.pathname + window.location.search;
}

function subscribe(listener: () => void): () => void {
	listeners.add(listener);
	window.addEventListener("popstate", listener);
	return () => {
		listeners.delete(listener);
		window.removeEventListener("popstate", listener);
	};
}

/** Path and query of the page that is shown. */
export function useAddress(): string {
	return useSyncExternalStore(subscribe, address);
}

export function useSearchParams(): URLSearchParams {
	return new URL(useAddress(), window.location.origin).searchParams;
}

/** Opens a page of the console, signed in or not, without a full page load. */
export function openPage(href: string, { replace = false } = {}): void {
	// Past the router's own wrapper: a router that is leaving must not follow.
	if (replace) History.prototype.replaceState.call(window.history, null, "", href);
	else History.prototype.pushState.call(window.history, null, "", href);
	window.scrollTo(0, 0);
	for (const listener of listeners) listener();
}

/** Leaves the console for another page of the platform. */
export function leaveConsole(href: string): void {
	window.location.assign(href);
}
