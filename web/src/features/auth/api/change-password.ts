// SPDX-License-Identifier: Apache-2.0
import { sessionsQuery } from "@/features/auth/api/list-sessions";
import { api } from "@/lib/api";
import { useChange } from "@/lib/change";
import { nothing } from "@/lib/schema";

type Change = { old: string; new: string };

export function useChangePassword() {
	return useChange(
		(body: Change) => api(nothing, { method: "POST", path: "/api/auth/me/password", body }),
		[sessionsQuery.queryKey],
	);
}
