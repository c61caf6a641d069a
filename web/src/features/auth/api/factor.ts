// SPDX-License-Identifier: Apache-2.0
import { queryOptions } from "@tanstack/react-query";

import { api } from "@/lib/api";
import { useChange } from "@/lib/change";
import { reads } from "@/lib/document";
import { nothing, z } from "@/lib/schema";

const factorsSchema = reads("Factors", z.object({
	totp: z.boolean(),
	recovery_left: z.int(),
	passkeys: z.int(),
}));

export type Factors = z.output<typeof factorsSchema>;

export const factorsQuery = queryOptions({
	queryKey: ["factors"],
	queryFn: ({ signal }) => api(factorsSchema, { path: "/api/auth/factors", signal }),
});

const enrolmentSchema = reads("TotpSecret", z.object({
	secret: z.string(),
	uri: z.string(),
	/** An SVG document. */
	qr: z.string(),
}));

export type Enrolment = z.output<typeof enrolmentSchema>;

export function useBeginTotp() {
	return useChange(() => api(enrolmentSchema, { method: "POST", path: "/api/auth/factors/totp", body: {} }));
}

export function useConfirmTotp() {
	return useChange(
		(code: string) =>
			api(recoveryCodesSchema, { method: "POST", path: "/api/auth/factors/totp/confirm", body: { code } }),
		[factorsQuery.queryKey],
	);
}

export function useRemoveTotp() {
	return useChange(
		() => api(nothing, { method: "DELETE", path: "/api/auth/factors/totp" }),
		[factorsQuery.queryKey],
	);
}

const recoveryCodesSchema = reads("RecoveryCodes", z.object({ recovery_codes: z.array(z.string()) }));

export function useMakeRecoveryCodes() {
	return useChange(
		() => api(recoveryCodesSchema, { method: "POST", path: "/api/auth/factors/recovery-codes", body: {} }),
		[factorsQuery.queryKey],
	);
}
