// SPDX-License-Identifier: Apache-2.0
import { accountSchema } from "@/features/auth/api/account";
import { useAction } from "@/lib/action";
import { api } from "@/lib/api";
import { z } from "@/lib/schema";
import { askingSchema, autofillWorks, showPasskey } from "@/lib/webauthn";

/** The tokens themselves stay in HttpOnly cookies. */
const sessionSchema = z.object({ account: accountSchema });

const factorSchema = z.enum(["totp", "recovery", "passkey"]);

/** The password was right, but the account needs a second factor. */
const challengeSchema = z.object({
	second_factor: z.pipe(
		z.array(z.string()),
		z.transform((names) => names.filter((name) => factorSchema.safeParse(name).success) as Factor[]),
	),
	challenge: z.string(),
});

type Factor = z.infer<typeof factorSchema>;
export type Challenge = z.output<typeof challengeSchema>;

type Credentials = { email: string; password: string };

/** The challenge of the second step, or null when none is needed. */
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
	return useAction(login);
}

type Second = { challenge: string } & ({ code: string } | { recovery_code: string });

function loginSecond(body: Second) {
	return api(sessionSchema, { method: "POST", path: "/api/auth/login/second", body, anonymous: true });
}

export function useLoginSecond() {
	return useAction(loginSecond);
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
	return useAction(() => loginPasskey());
}

/** Waits until somebody picks a passkey from the browser's suggestions. */
export async function loginByAutofill(signal: AbortSignal): Promise<boolean> {
	if (!(await autofillWorks()) || signal.aborted) return false;
	await loginPasskey({ mediation: "conditional", signal });
	return true;
}
