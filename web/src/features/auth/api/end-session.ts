// SPDX-License-Identifier: Apache-2.0
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { sessionsQuery } from "@/features/auth/api/list-sessions";
import { api } from "@/lib/api";
import { nothing } from "@/lib/schema";

function endSession(id: string) {
	return api(nothing, { method: "DELETE", path: `/api/auth/sessions/${encodeURIComponent(id)}` });
}

export function useEndSession() {
	const client = useQueryClient();

	return useMutation({
		mutationFn: endSession,
		onSettled: () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
	});
}
