// SPDX-License-Identifier: Apache-2.0
import { useMutation } from "@tanstack/react-query";

import { api } from "@/lib/api";
import { nothing } from "@/lib/schema";

type Reset = { token: string; password: string };

function reset(body: Reset) {
	return api(nothing, { method: "POST", path: "/api/auth/reset", body, anonymous: true });
}

export function useReset() {
	return useMutation({ mutationFn: reset });
}
