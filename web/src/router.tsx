// SPDX-License-Identifier: Apache-2.0
import { type QueryClient } from "@tanstack/react-query";
import { createRouter } from "@tanstack/react-router";

import { Loading } from "@/components/states";
import { isMembership, meQuery, refreshAccess } from "@/features/auth/api/me";
import { createQueryClient } from "@/query-client";
import { endedKey } from "@/routes/account/guard";
import { FailedPage, MissingPage } from "@/routes/failed";
import { routeTree } from "@/routes/tree";

export function createApp() {
	const queryClient: QueryClient = createQueryClient({
		onSignedOut: () => {
			// The guard in routes/account asks again and redirects to the sign-in
			// page; without a known account it was the guard itself that asked.
			if (!queryClient.getQueryData(meQuery.queryKey)) return;
			queryClient.removeQueries();
			queryClient.setQueryData(endedKey, true);
			void router.invalidate();
		},
		onNotPermitted: () => refreshAccess(queryClient),
		onNotMember: () => void queryClient.invalidateQueries({ predicate: isMembership }),
	});
	const router = createRouter({
		routeTree,
		context: { queryClient },
		defaultPreload: false,
		defaultErrorComponent: FailedPage,
		defaultNotFoundComponent: MissingPage,
		defaultPendingComponent: () => <Loading label="the page" />,
		scrollRestoration: true,
	});

	return { queryClient, router };
}

declare module "@tanstack/react-router" {
	// An interface is the only thing that can be merged.
	// eslint-disable-next-line @typescript-eslint/consistent-type-definitions
	interface Register {
		router: ReturnType<typeof createApp>["router"];
	}
}
