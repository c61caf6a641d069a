// SPDX-License-Identifier: Apache-2.0
import { useMutation } from "@tanstack/react-query";

import { api } from "@/lib/api";
import { nothing, z } from "@/lib/schema";

/** The account, as several answers carry it. */
export const accountSchema = z.object({
	id: z.string(),
	email: z.string(),
	name: z.string().nullish(),
});

export type Account = z.infer<typeof accountSchema>;

type Registration = { email: string; password: string; name: string };

function register(body: Registration) {
	return api(nothing, { method: "POST", path: "/api/auth/register", body, anonymous: true });
}

export function useRegister() {
	return useMutation({ mutationFn: register });
}

function verify(token: string) {
	return api(nothing, {
		method: "POST",
		path: "/api/auth/verify",
		body: { token },
		anonymous: true,
	});
}

export function useVerify() {
	return useMutation({ mutationFn: verify });
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
	return useMutation({ mutationFn: recover });
}

type Reset = { token: string; password: string };

function reset(body: Reset) {
	return api(nothing, { method: "POST", path: "/api/auth/reset", body, anonymous: true });
}

export function useReset() {
	return useMutation({ mutationFn: reset });
}
