// SPDX-License-Identifier: Apache-2.0
/*
 * Links in mails carry their one-time token behind the "#": it never reaches
 * a server's log or a Referer.  Once read it leaves the address bar, too.
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

/** The fragment's value; a newer link pasted over an old page counts, too. */
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
