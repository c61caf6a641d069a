// SPDX-License-Identifier: Apache-2.0
import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, Outlet, useRouter } from "@tanstack/react-router";
import { useEffect } from "react";

import { useAnnounce } from "@/components/announcer";

export const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()({
	staticData: { access: "account" },
	component: Root,
});

function Root() {
	useNavigationAnnounced();
	return <Outlet />;
}

/** Announces a new page to screen readers, and moves lost focus to it. */
function useNavigationAnnounced() {
	const router = useRouter();
	const announce = useAnnounce();

	useEffect(
		() =>
			router.subscribe("onRendered", ({ fromLocation, pathChanged }) => {
				if (!fromLocation || !pathChanged) return;
				announce(document.title);
				if (document.activeElement === document.body) document.getElementById("main")?.focus();
			}),
		[router, announce],
	);
}
