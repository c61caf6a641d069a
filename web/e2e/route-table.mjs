// SPDX-License-Identifier: Apache-2.0
/*
 * Every page of the console, from the console's own tables: the routes behind
 * the sign-in, the public pages, and the permissions that open them.
 */
import { fileURLToPath } from "node:url";

import { createServer } from "vite";

/** Paths of routes that show something: an index route only redirects. */
function leaves(route) {
	if (route.children) return Object.values(route.children).flatMap(leaves);
	return route.options.component ? [route.fullPath.replace(/(.)\/$/, "$1")] : [];
}

export async function readConsole() {
	const vite = await createServer({
		root: fileURLToPath(new URL("..", import.meta.url)),
		appType: "custom",
		logLevel: "error",
		server: { middlewareMode: true, hmr: false, ws: false, watch: null },
		optimizeDeps: { noDiscovery: true, include: [] },
	});

	try {
		const { createApp } = await vite.ssrLoadModule("/src/router.tsx");
		const { publicPages } = await vite.ssrLoadModule("/src/routes/public/pages.ts");
		const { tenantPermissions } = await vite.ssrLoadModule("/src/lib/permission.ts");
		const { router } = createApp();

		return {
			pages: [...Object.keys(publicPages), ...leaves(router.routeTree)],
			permissions: [...tenantPermissions],
		};
	} finally {
		await vite.close();
	}
}
