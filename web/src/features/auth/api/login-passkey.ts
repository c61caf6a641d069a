// SPDX-License-Identifier: Apache-2.0
import { useMutation } from "@tanstack/react-query";

import { sessionSchema } from "@/features/auth/api/login";
import { askingSchema } from "@/features/auth/api/passkey";
import { api } from "@/lib/api";
import { autofillWorks, showPasskey } from "@/lib/webauthn";

type Asking = { mediation?: CredentialMediationRequirement; signal?: AbortSignal };

async function loginPasskey(asking: Asking = {}) {
	const { challenge, options } = await api(askingSchema, {
		method: "POST",
		path: "/api/auth/login/passkey/options",
		body: {},
		anonymous: true,
		signal: asking.signal,
	});
	const response = await showPasskey(options, asking);

	return await api(sessionSchema, {
		method: "POST",
		path: "/api/auth/login/passkey",
		body: { challenge, response, session: "cookie" },
		anonymous: true,
	});
}

export function useLoginPasskey() {
	return useMutation({ mutationFn: () => loginPasskey() });
}

/** Waits until somebody picks a passkey from the browser's suggestions. */
export async function loginByAutofill(signal: AbortSignal): Promise<boolean> {
	if (!(await autofillWorks()) || signal.aborted) return false;
	await loginPasskey({ mediation: "conditional", signal });
	return true;
}
