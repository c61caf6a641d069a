// SPDX-License-Identifier: Apache-2.0
/* The guard of every page behind the sign-in. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { meQuery } from "@/features/auth/api/me";
import { openPage } from "@/lib/navigate";
import { ApiError } from "@/lib/problem";
import { address } from "@/routes/public/search";
import { rootRoute } from "@/routes/root";

export const accountRoute = createRoute({
	getParentRoute: () => rootRoute,
	id: "account",
	staticData: { access: "account" },
	beforeLoad: async ({ context, location }) => {
		try {
			return { me: await context.queryClient.query({ ...meQuery, staleTime: "static" }) };
		} catch (error) {
			if (!(error instanceof ApiError && error.status === 401)) throw error;
			openPage(address("/sign-in", { next: location.href === "/" ? undefined : location.href }), { replace: true });
			// App shows the sign-in page and drops this router.
			return await new Promise<never>(() => undefined);
		}
	},
	component: lazyRouteComponent(() => import("@/routes/account/frame")),
});
