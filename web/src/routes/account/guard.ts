// SPDX-License-Identifier: Apache-2.0
/* The guard of every page behind the sign-in. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { meQuery } from "@/features/auth/api/me";
import { openPage } from "@/lib/navigate";
import { ApiError } from "@/lib/problem";
import { address } from "@/routes/public/search";
import { rootRoute } from "@/routes/root";

/** Set when a session is over that this tab has worked in. */
export const endedKey = ["session-ended"] as const;

export const accountRoute = createRoute({
	getParentRoute: () => rootRoute,
	id: "account",
	staticData: { access: "account" },
	beforeLoad: async ({ context, location }) => {
		try {
			return { me: await context.queryClient.query({ ...meQuery, staleTime: "static" }) };
		} catch (error) {
			if (!(error instanceof ApiError && error.status === 401)) throw error;
			const next = location.href === "/" ? undefined : location.href;
			const ended = context.queryClient.getQueryData(endedKey) ? "1" : undefined;

			openPage(address("/sign-in", { next, ended }), { replace: true });
			// App shows the sign-in page and drops this router.
			return await new Promise<never>(() => undefined);
		}
	},
	component: lazyRouteComponent(() => import("@/routes/account/frame")),
});
