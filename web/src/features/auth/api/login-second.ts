// SPDX-License-Identifier: Apache-2.0
import { useMutation } from "@tanstack/react-query";

import { sessionSchema } from "@/features/auth/api/login";
import { api } from "@/lib/api";

type Second = { challenge: string } & ({ code: string } | { recovery_code: string });

function loginSecond(body: Second) {
	return api(sessionSchema, { method: "POST", path: "/api/auth/login/second", body, anonymous: true });
}

export function useLoginSecond() {
	return useMutation({ mutationFn: loginSecond });
}
