// SPDX-License-Identifier: Apache-2.0
/* Every page behind the sign-in; routes/public/pages.ts lists the others. */
import { accountRoute } from "@/routes/account/guard";
import { accountRoutes } from "@/routes/account/routes";
import { rootRoute } from "@/routes/root";
import { workspaceRoute, workspaceRoutes } from "@/routes/workspace/routes";

export const routeTree = rootRoute.addChildren([
	accountRoute.addChildren([...accountRoutes, workspaceRoute.addChildren([...workspaceRoutes])]),
]);
