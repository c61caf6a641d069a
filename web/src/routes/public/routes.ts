// SPDX-License-Identifier: Apache-2.0
/* The pages that anybody can open. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { z } from "@/lib/schema";
import { nextPath } from "@/routes/public/next-path";
import { rootRoute } from "@/routes/root";

export const signInRoute = createRoute({
	getParentRoute: () => rootRoute,
	path: "sign-in",
	staticData: { access: "public" },
	validateSearch: z.object({
		next: nextPath,
		/** Why a provider's answer was refused, and the request's number. */
		problem: z.string().regex(/^[a-z_]{1,60}$/).optional().catch(undefined),
		request: z.string().regex(/^[0-9a-zA-Z-]{1,64}$/).optional().catch(undefined),
	}),
	component: lazyRouteComponent(() => import("@/routes/public/sign-in")),
});

export const ssoRoute = createRoute({
	getParentRoute: () => rootRoute,
	path: "sso",
	staticData: { access: "public" },
	validateSearch: z.object({
		tenant: z.string().regex(/^[a-z][a-z0-9]{2,30}$/).optional().catch(undefined),
		next: nextPath,
	}),
	component: lazyRouteComponent(() => import("@/routes/public/sso")),
});

const registerRoute = createRoute({
	getParentRoute: () => rootRoute,
	path: "register",
	staticData: { access: "public" },
	component: lazyRouteComponent(() => import("@/routes/public/register")),
});

const verifyRoute = createRoute({
	getParentRoute: () => rootRoute,
	path: "verify",
	staticData: { access: "public" },
	component: lazyRouteComponent(() => import("@/routes/public/verify")),
});

const recoverRoute = createRoute({
	getParentRoute: () => rootRoute,
	path: "recover",
	staticData: { access: "public" },
	component: lazyRouteComponent(() => import("@/routes/public/recover")),
});

const resetRoute = createRoute({
	getParentRoute: () => rootRoute,
	path: "reset",
	staticData: { access: "public" },
	component: lazyRouteComponent(() => import("@/routes/public/reset")),
});

const invitationRoute = createRoute({
	getParentRoute: () => rootRoute,
	path: "invitation",
	staticData: { access: "public" },
	component: lazyRouteComponent(() => import("@/routes/public/invitation")),
});

export const publicRoutes = [
	signInRoute,
	registerRoute,
	verifyRoute,
	recoverRoute,
	resetRoute,
	ssoRoute,
	invitationRoute,
] as const;
