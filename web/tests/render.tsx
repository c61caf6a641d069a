// SPDX-License-Identifier: Apache-2.0
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";

import { Announcer } from "@/components/announcer";

/** Draws what stands below the app's providers. */
export function draw(children: ReactNode) {
	const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });

	return render(
		<QueryClientProvider client={client}>
			<Announcer>{children}</Announcer>
		</QueryClientProvider>,
	);
}
