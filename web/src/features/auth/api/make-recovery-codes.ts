// SPDX-License-Identifier: Apache-2.0
import { factorsQuery } from "@/features/auth/api/list-factors";
import { api } from "@/lib/api";
import { useChange } from "@/lib/change";
import { z } from "@/lib/schema";

export const recoveryCodesSchema = z.object({ recovery_codes: z.array(z.string()) });

export function useMakeRecoveryCodes() {
	return useChange(
		() => api(recoveryCodesSchema, { method: "POST", path: "/api/auth/factors/recovery-codes", body: {} }),
		[factorsQuery.queryKey],
	);
}
