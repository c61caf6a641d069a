// SPDX-License-Identifier: Apache-2.0
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useState } from "react";

import { createApp } from "@/router";

/**
 * All pages behind the sign-in.  Each sign-in creates them anew, so that the
 * cache holds nothing of an earlier session.
 */
export default function Console() {
	const [{ queryClient, router }] = useState(createApp);

	return (
		<QueryClientProvider client={queryClient}>
			<RouterProvider router={router} />
		</QueryClientProvider>
	);
}
