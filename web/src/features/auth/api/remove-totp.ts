// SPDX-License-Identifier: Apache-2.0
import { factorsQuery } from "@/features/auth/api/list-factors";
import { api } from "@/lib/api";
import { useChange } from "@/lib/change";
import { nothing } from "@/lib/schema";

export function useRemoveTotp() {
	return useChange(
		() => api(nothing, { method: "DELETE", path: "/api/auth/factors/totp" }),
		[factorsQuery.queryKey],
	);
}
