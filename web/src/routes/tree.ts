// SPDX-License-Identifier: Apache-2.0
/* Every page; each folder lists its own in routes.ts. */
import { accountRoute } from "@/routes/account/guard";
import { accountRoutes } from "@/routes/account/routes";
import { publicRoutes } from "@/routes/public/routes";
import { rootRoute } from "@/routes/root";
import { workspaceRoute, workspaceRoutes } from "@/routes/workspace/routes";

export const routeTree = rootRoute.addChildren([
	...publicRoutes,
	accountRoute.addChildren([...accountRoutes, workspaceRoute.addChildren([...workspaceRoutes])]),
]);
