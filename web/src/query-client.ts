// SPDX-License-Identifier: Apache-2.0
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";

import { ApiError } from "@/lib/problem";

type Listeners = { onSignedOut: () => void; onNotPermitted: () => void };

/**
 * Handles every answer of the console: notices that the session has ended, or
 * that the account may not do any more what a page offers.
 */
export function createQueryClient({ onSignedOut, onNotPermitted }: Listeners): QueryClient {
	const watch = (error: Error) => {
		if (!(error instanceof ApiError)) return;
		if (error.signedOut) onSignedOut();
		if (error.code === "not_permitted") onNotPermitted();
	};

	return new QueryClient({
		queryCache: new QueryCache({ onError: watch }),
		mutationCache: new MutationCache({ onError: watch }),
		defaultOptions: {
			queries: {
				staleTime: 5_000,
				retry: (failures, error) => failures < 2 && error instanceof ApiError && error.transient,
			},
			mutations: { retry: false },
		},
	});
}
