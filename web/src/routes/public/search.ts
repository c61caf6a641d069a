// SPDX-License-Identifier: Apache-2.0
/* The parameters of public pages; a malformed parameter is dropped. */
import { url } from "@/lib/api";

/**
 * Where to go after signing in: a path of the console, never another origin.
 */
const ownPath = /^\/(?![/\\])/;

function take(search: URLSearchParams, name: string, form: RegExp): string | undefined {
	const value = search.get(name);

	return value !== null && form.test(value) ? value : undefined;
}

export function signInSearch(search: URLSearchParams) {
	return {
		next: take(search, "next", ownPath),
		/** The session was over while somebody worked. */
		ended: take(search, "ended", /^1$/) !== undefined,
		/** Why a provider's answer was refused, and the request id. */
		problem: take(search, "problem", /^[a-z_]{1,60}$/),
		request: take(search, "request", /^[0-9a-zA-Z-]{1,64}$/),
	};
}

export function ssoSearch(search: URLSearchParams) {
	return { tenant: take(search, "tenant", /^[a-z][a-z0-9]{2,30}$/), next: take(search, "next", ownPath) };
}

/** A public page with its parameters. */
export const address: (path: string, search: Record<string, string | undefined>) => string = url;
