// SPDX-License-Identifier: Apache-2.0
import { useMutation } from "@tanstack/react-query";

import { api } from "@/lib/api";
import { nothing } from "@/lib/schema";

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
