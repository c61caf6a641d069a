// SPDX-License-Identifier: Apache-2.0
import { SearchX } from "lucide-react";
import type { ReactNode } from "react";

import { Search } from "@/components/search";
import { Empty, Loaded, More } from "@/components/states";
import type { Wanted } from "@/lib/wanted";

type Page<T> = { items: T[]; total?: number | undefined };

type Query<T> = {
	data: { pages: Page<T>[] } | undefined;
	error: unknown;
	refetch: () => Promise<unknown>;
	hasNextPage: boolean;
	isFetchingNextPage: boolean;
	fetchNextPage: () => Promise<unknown>;
};

type Props<T> = {
	query: Query<T>;
	/** What is listed: "members". */
	label: string;
	wanted: Wanted;
	onWanted: (wanted: Wanted) => void;
	/** Shown when there is nothing to search. */
	empty: ReactNode;
	children: (items: T[], more: ReactNode) => ReactNode;
};

/** A list that the platform searches, sorts and gives page by page. */
export function Searched<T>({ query, label, wanted, onWanted, empty, children }: Props<T>) {
	const pages = query.data?.pages;
	const shown = pages?.flatMap(({ items }) => items);
	const nothing = shown?.length === 0;

	if (nothing && wanted.q === "" && !query.error) return empty;
	return (
		<>
			<Search label={label} wanted={wanted} onChange={onWanted} shown={shown?.length} total={pages?.at(-1)?.total} />
			<Loaded query={query} label={label}>
				{(data) =>
					nothing ? (
						<Empty icon={<SearchX />} title={`No ${label} found`}>
							None has these words in its name.
						</Empty>
					) : (
						children(
							data.pages.flatMap(({ items }) => items),
							<More query={query} />,
						)
					)
				}
			</Loaded>
		</>
	);
}
