// SPDX-License-Identifier: Apache-2.0
import { useMutation } from "@tanstack/react-query";

import { api } from "@/lib/api";
import { nothing } from "@/lib/schema";

type Registration = { email: string; password: string; name: string };

function register(body: Registration) {
	return api(nothing, { method: "POST", path: "/api/auth/register", body, anonymous: true });
}

export function useRegister() {
	return useMutation({ mutationFn: register });
}
