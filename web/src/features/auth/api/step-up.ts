// SPDX-License-Identifier: Apache-2.0
import { useMutation } from "@tanstack/react-query";

import { api } from "@/lib/api";
import { nothing } from "@/lib/schema";

type Proof = { password: string } | { code: string } | { recovery_code: string };

function stepUp(body: Proof) {
	return api(nothing, { method: "POST", path: "/api/auth/step-up", body });
}

export function useStepUp() {
	return useMutation({ mutationFn: stepUp });
}
