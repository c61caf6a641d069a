// SPDX-License-Identifier: Apache-2.0
import { sessionsQuery } from "@/features/auth/api/list-sessions";
import { api } from "@/lib/api";
import { useChange } from "@/lib/change";
import { nothing } from "@/lib/schema";

export function useEndSessions() {
	return useChange(
		(which: "others" | "all") =>
			api(nothing, { method: "POST", path: "/api/auth/sessions/revoke", body: { which } }),
		[sessionsQuery.queryKey],
	);
}
