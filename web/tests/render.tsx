// SPDX-License-Identifier: Apache-2.0
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";

import { Announcer } from "@/components/announcer";
import { type Grant, Grants } from "@/lib/permission";

import { everything } from "@tests/grants";

/**
 * Renders children below the app's providers; with an owner's grants by
 * default.
 */
export function draw(children: ReactNode, grants: readonly Grant[] = everything) {
	const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });

	return render(
		<QueryClientProvider client={client}>
			<Announcer>
				<Grants value={grants}>{children}</Grants>
			</Announcer>
		</QueryClientProvider>,
	);
}
