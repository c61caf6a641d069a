// SPDX-License-Identifier: Apache-2.0
import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";

/**
 * A write; whatever it may have changed is asked for again, even if it failed.
 * The new requests are not awaited: their answers may remove the component
 * whose callback must still run.
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
