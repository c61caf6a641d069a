// SPDX-License-Identifier: Apache-2.0
import { useAction } from "@/lib/action";
import { api } from "@/lib/api";
import { reads } from "@/lib/document";
import { grantSchema } from "@/lib/permission";
import { nothing, z } from "@/lib/schema";

/** The account, as several answers contain it. */
export const accountSchema = reads("Account", z.object({
	id: z.string(),
	email: z.string(),
	name: z.nullish(z.string()),
}));

export type Account = z.infer<typeof accountSchema>;

/**
 * Always a person: a browser cannot sign in as a service account, which has no
 * address.
 */
const meSchema = z.object({
	account: accountSchema,
	/** What the sign-in policy still requires of this session. */
	rule: z.nullable(z.string()),
	permissions: z.array(grantSchema),
});

/** The signed-in account; with a tenant also its permissions there. */
export function fetchMe(signal: AbortSignal, tenant?: string) {
	return api(meSchema, { ...(tenant === undefined ? {} : { tenant }), path: "/api/auth/me", signal });
}

function register(email: string) {
	return api(nothing, { method: "POST", path: "/api/auth/register", body: { email }, anonymous: true });
}

export function useRegister() {
	return useAction(register);
}

type Proof = { token: string; name: string; password: string };

function verify(body: Proof) {
	return api(nothing, { method: "POST", path: "/api/auth/verify", body, anonymous: true });
}

export function useVerify() {
	return useAction(verify);
}

function confirmEmail(token: string) {
	return api(accountSchema, { method: "POST", path: "/api/auth/me/email/confirm", body: { token } });
}

export function useConfirmEmail() {
	return useAction(confirmEmail);
}

function recover(email: string) {
	return api(nothing, {
		method: "POST",
		path: "/api/auth/recover",
		body: { email },
		anonymous: true,
	});
}

export function useRecover() {
	return useAction(recover);
}

type Reset = { token: string; password: string };

function reset(body: Reset) {
	return api(nothing, { method: "POST", path: "/api/auth/reset", body, anonymous: true });
}

export function useReset() {
	return useAction(reset);
}
