// SPDX-License-Identifier: Apache-2.0
/* The pages that everybody can open; they use neither router nor cache. */
import { type ComponentType, lazy } from "react";

import SignIn from "@/routes/public/sign-in";

export const publicPages: Record<string, ComponentType> = {
	"/sign-in": SignIn,
	"/sso": lazy(() => import("@/routes/public/sso")),
	"/register": lazy(() => import("@/routes/public/register")),
	"/verify": lazy(() => import("@/routes/public/verify")),
	"/confirm": lazy(() => import("@/routes/public/confirm")),
	"/recover": lazy(() => import("@/routes/public/recover")),
	"/reset": lazy(() => import("@/routes/public/reset")),
	"/invitation": lazy(() => import("@/routes/public/invitation")),
};
