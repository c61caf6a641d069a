// SPDX-License-Identifier: Apache-2.0
import { queryOptions } from "@tanstack/react-query";

import { appKey, appPath } from "@/features/apps/api/app";
import { emptyTail, grow, lineSchema, type Tail } from "@/features/apps/api/log-tail";
import { api } from "@/lib/api";
import { page } from "@/lib/schema";

const pageSize = 500;
/** New lines are read at once, but in a limited number of pages. */
const pagesAtOnce = 4;

/** undefined: lines of all levels, and those that name none. */
type Log = { tenant: string; app: string; environment: string; level?: string | undefined };

async function readOn({ tenant, app, environment, level }: Log, from: Tail, signal: AbortSignal): Promise<Tail> {
	let tail = from;

	for (let pages = 0; pages < pagesAtOnce; pages++) {
		const { items, next } = await api(page(lineSchema), {
			tenant,
			path: `${appPath(app)}/logs`,
			query: { environment, level, after: tail.cursor, limit: pageSize },
			signal,
		});

		tail = grow(tail, items, next);
		if (items.length < pageSize || next === null) break;
	}
	return tail;
}

type Reading = { live: boolean; ended: boolean };

/**
 * The log's tail.  It is read again each second while it is live, and seldom
 * when nothing runs that could write.
 */
export function logsQuery({ tenant, app, environment, level }: Log, { live, ended }: Reading) {
	return queryOptions({
		queryKey: [...appKey(tenant, app), "logs", environment, level ?? "all"],
		queryFn: ({ client, queryKey, signal }) =>
			readOn({ tenant, app, environment, level }, client.getQueryData<Tail>(queryKey) ?? emptyTail, signal),
		enabled: live,
		refetchInterval: live ? (ended ? 10_000 : 1000) : false,
		structuralSharing: false,
		staleTime: 0,
	});
}
