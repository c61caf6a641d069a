// SPDX-License-Identifier: Apache-2.0
/*
 * Links in mails have their one-time token behind the "#", so that no server
 * log or Referer contains it.  After reading, it is removed from the address
 * bar as well.
 */
import { useEffect, useState } from "react";

function takeFragment(name: string): string | null {
	const value = new URLSearchParams(window.location.hash.slice(1)).get(name);

	if (window.location.hash !== "") {
		const { pathname, search } = window.location;
		window.history.replaceState(window.history.state, "", pathname + search);
	}
	return value;
}

/**
 * The fragment's value; a newer link that is pasted over an old page counts as
 * well.
 */
export function useFragment(name: string): string | null {
	const [value, setValue] = useState(() => takeFragment(name));

	useEffect(() => {
		const renew = () => {
			const next = takeFragment(name);
			if (next !== null) setValue(next);
		};

		window.addEventListener("hashchange", renew);
		return () => window.removeEventListener("hashchange", renew);
	}, [name]);
	return value;
}
