// SPDX-License-Identifier: Apache-2.0
import { api } from "@/lib/api";
import { useChange } from "@/lib/change";
import { nothing } from "@/lib/schema";

export function useChangeEmail() {
	return useChange((email: string) =>
		api(nothing, { method: "POST", path: "/api/auth/me/email", body: { email } }),
	);
}
