// SPDX-License-Identifier: Apache-2.0
import { MutationCache, type Query, QueryCache, QueryClient } from "@tanstack/react-query";

import { ApiError, endsMembership } from "@/lib/problem";

type Listeners = { onSignedOut: () => void; onNotPermitted: () => void; onNotMember: () => void };

/**
 * Handles every answer of the console: notices that the session has ended, or
 * that the account may not do any more what a page offers.
 */
export function createQueryClient({ onSignedOut, onNotPermitted, onNotMember }: Listeners): QueryClient {
	const watch = (error: Error, query?: Query<unknown, unknown>) => {
		if (!(error instanceof ApiError)) return;
		if (error.signedOut) onSignedOut();
		if (error.code === "not_permitted") onNotPermitted();
		// The access itself was asked already when it is what failed.
		if (endsMembership(error) && query?.queryKey[2] !== "access") onNotMember();
	};

	return new QueryClient({
		queryCache: new QueryCache({ onError: (error, query) => watch(error, query) }),
		mutationCache: new MutationCache({ onError: (error) => watch(error) }),
		defaultOptions: {
			queries: {
				staleTime: 5_000,
				retry: (failures, error) => failures < 2 && error instanceof ApiError && error.transient,
			},
			mutations: { retry: false },
		},
	});
}
