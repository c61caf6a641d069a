// SPDX-License-Identifier: Apache-2.0
import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";

/**
 * A write; whatever it may have changed is asked for again, even if it failed.
 * Not waited for: what is asked again may take away the component whose
 * callback has to hear of the end.
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
