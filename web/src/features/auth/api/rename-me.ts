// SPDX-License-Identifier: Apache-2.0
import { meQuery } from "@/features/auth/api/get-me";
import { api } from "@/lib/api";
import { useChange } from "@/lib/change";
import { nothing } from "@/lib/schema";

export function useRenameMe() {
	return useChange(
		(name: string) => api(nothing, { method: "PATCH", path: "/api/auth/me", body: { name } }),
		[meQuery.queryKey],
	);
}
