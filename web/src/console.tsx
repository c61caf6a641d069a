// SPDX-License-Identifier: Apache-2.0
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useState } from "react";

import { createApp } from "@/router";

/**
 * Everything behind the sign-in.  Each time somebody signs in it begins anew,
 * so that nothing of the last session is left in its cache.
 */
export default function Console() {
	const [{ queryClient, router }] = useState(createApp);

	return (
		<QueryClientProvider client={queryClient}>
			<RouterProvider router={router} />
		</QueryClientProvider>
	);
}
