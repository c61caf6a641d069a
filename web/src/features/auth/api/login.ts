// SPDX-License-Identifier: Apache-2.0
import { useMutation } from "@tanstack/react-query";

import { accountSchema } from "@/features/auth/api/account";
import { api } from "@/lib/api";
import { z } from "@/lib/schema";

/** The tokens themselves stay in HttpOnly cookies. */
export const sessionSchema = z.object({ account: accountSchema });

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
