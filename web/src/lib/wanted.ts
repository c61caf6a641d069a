// SPDX-License-Identifier: Apache-2.0
/** What a list is asked for: `q` and `sort` of the API. */
export type Wanted = { q: string; sort: "name" | "newest" };

export const everythingByName: Wanted = { q: "", sort: "name" };

/** As a query string: what is not asked for is left out. */
export function wantedQuery({ q, sort }: Wanted) {
	return { q: q.trim() || null, sort: sort === "name" ? null : sort };
}
