// SPDX-License-Identifier: Apache-2.0
import { api } from "@/lib/api";
import { useChange } from "@/lib/change";
import { z } from "@/lib/schema";

const enrolmentSchema = z.object({
	secret: z.string(),
	uri: z.string(),
	/** An SVG document. */
	qr: z.string(),
});

export type Enrolment = z.output<typeof enrolmentSchema>;

export function useBeginTotp() {
	return useChange(() => api(enrolmentSchema, { method: "POST", path: "/api/auth/factors/totp", body: {} }));
}
