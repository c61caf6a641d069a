// SPDX-License-Identifier: Apache-2.0
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";

import { ApiError } from "@/lib/problem";

/**
 * Every request of the console ends here, so here is told, once and for all,
 * that the session is over.
 */
export function createQueryClient(onSignedOut: () => void): QueryClient {
	const watch = (error: Error) => {
		if (error instanceof ApiError && error.signedOut) onSignedOut();
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
