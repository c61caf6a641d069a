// SPDX-License-Identifier: Apache-2.0
import { useMutation } from "@tanstack/react-query";

import { api } from "@/lib/api";
import { nothing } from "@/lib/schema";

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
