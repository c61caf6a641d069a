// SPDX-License-Identifier: Apache-2.0
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { accountSchema } from "@/features/auth/api/account";
import { askingSchema } from "@/features/auth/api/passkey";
import { api } from "@/lib/api";
import { useChange } from "@/lib/change";
import { nothing, page, time, z } from "@/lib/schema";
import { autofillWorks, showPasskey } from "@/lib/webauthn";

/** The tokens themselves stay in HttpOnly cookies. */
const sessionSchema = z.object({ account: accountSchema });

const factorSchema = z.enum(["totp", "recovery", "passkey"]);

/** The password was right, and the account asks for more. */
const challengeSchema = z.object({
	second_factor: z
		.array(z.string())
		.transform((names) => names.filter((name) => factorSchema.safeParse(name).success) as Factor[]),
	challenge: z.string(),
});

type Factor = z.infer<typeof factorSchema>;
export type Challenge = z.output<typeof challengeSchema>;

type Credentials = { email: string; password: string };

/** The challenge of the second step, or null when there is no such step. */
async function login(credentials: Credentials): Promise<Challenge | null> {
	const answer = await api(z.union([challengeSchema, sessionSchema]), {
		method: "POST",
		path: "/api/auth/login",
		body: { ...credentials, session: "cookie" },
		anonymous: true,
	});

	return "challenge" in answer ? answer : null;
}

export function useLogin() {
	return useMutation({ mutationFn: login });
}

type Second = { challenge: string } & ({ code: string } | { recovery_code: string });

function loginSecond(body: Second) {
	return api(sessionSchema, { method: "POST", path: "/api/auth/login/second", body, anonymous: true });
}

export function useLoginSecond() {
	return useMutation({ mutationFn: loginSecond });
}

type Asking = { mediation?: CredentialMediationRequirement; signal?: AbortSignal };

async function loginPasskey(asking: Asking = {}) {
	const { challenge, options } = await api(askingSchema, {
		method: "POST",
		path: "/api/auth/login/passkey/options",
		body: {},
		anonymous: true,
		signal: asking.signal,
	});
	const response = await showPasskey(options, asking);

	return await api(sessionSchema, {
		method: "POST",
		path: "/api/auth/login/passkey",
		body: { challenge, response, session: "cookie" },
		anonymous: true,
	});
}

export function useLoginPasskey() {
	return useMutation({ mutationFn: () => loginPasskey() });
}

/** Waits until somebody picks a passkey from the browser's suggestions. */
export async function loginByAutofill(signal: AbortSignal): Promise<boolean> {
	if (!(await autofillWorks()) || signal.aborted) return false;
	await loginPasskey({ mediation: "conditional", signal });
	return true;
}

function logout() {
	return api(nothing, { method: "POST", path: "/api/auth/logout" });
}

export function useLogout() {
	return useMutation({ mutationFn: logout });
}

const openSessionSchema = z.object({
	id: z.string(),
	created_at: time.nullish(),
	seen_at: time.nullish(),
	client_ip: z.string().nullish(),
	user_agent: z.string().nullish(),
	kind: z.string().nullish(),
	current: z.boolean().nullish(),
});

export type Session = z.output<typeof openSessionSchema>;

export const sessionsQuery = queryOptions({
	queryKey: ["sessions"],
	queryFn: ({ signal }) =>
		api(page(openSessionSchema), { path: "/api/auth/sessions", signal }),
});

function endSession(id: string) {
	return api(nothing, { method: "DELETE", path: `/api/auth/sessions/${encodeURIComponent(id)}` });
}

export function useEndSession() {
	const client = useQueryClient();

	return useMutation({
		mutationFn: endSession,
		onSettled: () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
	});
}

export function useEndSessions() {
	return useChange(
		(which: "others" | "all") =>
			api(nothing, { method: "POST", path: "/api/auth/sessions/revoke", body: { which } }),
		[sessionsQuery.queryKey],
	);
}
