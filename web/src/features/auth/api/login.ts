// SPDX-License-Identifier: Apache-2.0
import { useMutation } from "@tanstack/react-query";

import { accountSchema } from "@/features/auth/api/account";
import { api } from "@/lib/api";
import { z } from "@/lib/schema";

// The tokens themselves stay in HttpOnly cookies.
const sessionSchema = z.object({ account: accountSchema });

type Credentials = { email: string; password: string };

function login(credentials: Credentials) {
	return api(sessionSchema, {
		method: "POST",
		path: "/api/auth/login",
		body: { ...credentials, session: "cookie" },
		anonymous: true,
	});
}

export function useLogin() {
	return useMutation({ mutationFn: login });
}
