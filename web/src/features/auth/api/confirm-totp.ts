// SPDX-License-Identifier: Apache-2.0
import { factorsQuery } from "@/features/auth/api/list-factors";
import { recoveryCodesSchema } from "@/features/auth/api/make-recovery-codes";
import { api } from "@/lib/api";
import { useChange } from "@/lib/change";

export function useConfirmTotp() {
	return useChange(
		(code: string) =>
			api(recoveryCodesSchema, { method: "POST", path: "/api/auth/factors/totp/confirm", body: { code } }),
		[factorsQuery.queryKey],
	);
}
