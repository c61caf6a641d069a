// SPDX-License-Identifier: Apache-2.0
import { infiniteQueryOptions } from "@tanstack/react-query";

import { appKey, appPath } from "@/features/apps/api/app";
import { releaseSchema, releaseTone } from "@/features/apps/api/release";
import { api } from "@/lib/api";
import { page } from "@/lib/schema";

/** The newest first; asked again each second while one is in the making. */
export function releasesQuery(tenant: string, app: string) {
	return infiniteQueryOptions({
		queryKey: [...appKey(tenant, app), "releases"],
		queryFn: ({ pageParam, signal }) =>
			api(page(releaseSchema), {
				path: `${appPath(app)}/releases`,
				query: { limit: 20, after: pageParam },
				signal,
			}),
		initialPageParam: null as string | null,
		getNextPageParam: (last) => last.next,
		refetchInterval: ({ state }) =>
			state.data?.pages.some(({ items }) => items.some((item) => releaseTone(item) === "busy"))
				? 1000
				: false,
	});
}
