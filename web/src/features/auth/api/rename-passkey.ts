// SPDX-License-Identifier: Apache-2.0
import { type Passkey, passkeysKey } from "@/features/auth/api/passkey";
import { api } from "@/lib/api";
import { useChange } from "@/lib/change";
import { nothing } from "@/lib/schema";

export function useRenamePasskey({ id, version }: Passkey) {
	return useChange(
		(name: string) =>
			api(nothing, {
				method: "PATCH",
				path: `/api/auth/passkeys/${encodeURIComponent(id)}`,
				body: { name },
				version,
			}),
		[passkeysKey],
	);
}
