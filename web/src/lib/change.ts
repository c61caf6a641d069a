// SPDX-License-Identifier: Apache-2.0
import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";

/**
 * A write.  All queries that it may have changed are read again, even if it
 * failed. The new requests are not awaited: their answers may remove the
 * component whose callback must still run.
 */
export function useChange<I, O>(run: (input: I) => Promise<O>, changed: readonly QueryKey[] = []) {
	const client = useQueryClient();

	return useMutation({
		mutationFn: run,
		onSettled: () => {
			for (const queryKey of changed) void client.invalidateQueries({ queryKey });
		},
	});
}
