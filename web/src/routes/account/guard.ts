// SPDX-License-Identifier: Apache-2.0
/* The guard of every page behind the sign-in. */
import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";

import { meQuery } from "@/features/auth/api/me";
import { ApiError } from "@/lib/problem";
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
			const next = location.href === "/" ? undefined : location.href;
			throw redirect({ to: "/sign-in", search: next ? { next } : {} });
		}
	},
	component: lazyRouteComponent(() => import("@/routes/account/frame")),
});
