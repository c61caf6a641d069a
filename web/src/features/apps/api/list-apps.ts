// SPDX-License-Identifier: Apache-2.0
import { infiniteQueryOptions } from "@tanstack/react-query";

import { appSchema, appsKey } from "@/features/apps/api/app";
import { api } from "@/lib/api";
import { page } from "@/lib/schema";

export function appsQuery(tenant: string) {
	return infiniteQueryOptions({
		queryKey: [...appsKey(tenant), { list: true }],
		queryFn: ({ pageParam, signal }) =>
			api(page(appSchema), { path: "/api/apps", query: { after: pageParam }, signal }),
		initialPageParam: null as string | null,
		getNextPageParam: (last) => last.next,
	});
}
