// SPDX-License-Identifier: Apache-2.0
import { useMutation } from "@tanstack/react-query";

import { askingSchema } from "@/features/auth/api/passkey";
import { api } from "@/lib/api";
import { nothing } from "@/lib/schema";
import { showPasskey } from "@/lib/webauthn";

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
