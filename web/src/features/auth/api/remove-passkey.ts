// SPDX-License-Identifier: Apache-2.0
import { factorsQuery } from "@/features/auth/api/list-factors";
import { passkeysKey } from "@/features/auth/api/passkey";
import { api } from "@/lib/api";
import { useChange } from "@/lib/change";
import { nothing } from "@/lib/schema";

export function useRemovePasskey() {
	return useChange(
		(id: string) => api(nothing, { method: "DELETE", path: `/api/auth/passkeys/${encodeURIComponent(id)}` }),
		[passkeysKey, factorsQuery.queryKey],
	);
}
