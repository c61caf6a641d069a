// SPDX-License-Identifier: Apache-2.0
import { useMutation } from "@tanstack/react-query";

import { api } from "@/lib/api";
import { nothing } from "@/lib/schema";
import { askingSchema, showPasskey } from "@/lib/webauthn";

type Proof = { password: string } | { code: string } | { recovery_code: string };

function stepUp(body: Proof) {
	return api(nothing, { method: "POST", path: "/api/auth/step-up", body });
}

export function useStepUp() {
	return useMutation({ mutationFn: stepUp });
}

async function stepUpPasskey() {
	const { challenge, options } = await api(askingSchema, {
		method: "POST",
		path: "/api/auth/step-up/passkey/options",
		body: {},
	});
	const response = await showPasskey(options);

	return await api(nothing, { method: "POST", path: "/api/auth/step-up/passkey", body: { challenge, response } });
}

export function useStepUpPasskey() {
	return useMutation({ mutationFn: stepUpPasskey });
}
