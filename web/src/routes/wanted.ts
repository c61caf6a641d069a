// SPDX-License-Identifier: Apache-2.0
/* What a list is asked for stands in the address: it can be shared. */
import { z } from "@/lib/schema";
import type { Wanted } from "@/lib/wanted";

// The router reads a word of digits as a number.
const word = z.pipe(z.union([z.string(), z.number(), z.boolean()]), z.transform(String));

export const wantedSearch = z.object({
	q: z.catch(z.optional(word), undefined),
	sort: z.catch(z.optional(z.enum(["name", "newest"])), undefined),
});

type Search = { q?: string | undefined; sort?: Wanted["sort"] | undefined };

export function wantedOf({ q = "", sort }: Search, usual: Wanted["sort"] = "name"): Wanted {
	return { q: q.slice(0, 120), sort: sort ?? usual };
}

/** For navigate(): what is usual is left out of the address. */
export function asking({ q, sort }: Wanted, usual: Wanted["sort"] = "name") {
	const search: Search = { q: q.trim() === "" ? undefined : q, sort: sort === usual ? undefined : sort };

	return { search, replace: true, resetScroll: false };
}
