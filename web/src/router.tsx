// SPDX-License-Identifier: Apache-2.0
import { type QueryClient } from "@tanstack/react-query";
import { createRouter } from "@tanstack/react-router";

import { Loading } from "@/components/states";
import { meQuery } from "@/features/auth/api/me";
import { createQueryClient } from "@/query-client";
import { FailedPage, MissingPage } from "@/routes/failed";
import { routeTree } from "@/routes/tree";

export function createApp() {
	const queryClient: QueryClient = createQueryClient(() => {
		// The guard of the signed-in routes asks who is there, and leads out;
		// with nobody there it was the guard who asked.
		if (!queryClient.getQueryData(meQuery.queryKey)) return;
		queryClient.removeQueries();
		void router.invalidate();
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
