// SPDX-License-Identifier: Apache-2.0
import { factorsQuery } from "@/features/auth/api/list-factors";
import { passkeysKey } from "@/features/auth/api/passkey";
import { api } from "@/lib/api";
import { useChange } from "@/lib/change";
import { nothing } from "@/lib/schema";
import { creationSchema, makePasskey } from "@/lib/webauthn";

async function addPasskey(name: string) {
	const options = await api(creationSchema, { method: "POST", path: "/api/auth/passkeys/options", body: {} });
	const response = await makePasskey(options);

	return await api(nothing, { method: "POST", path: "/api/auth/passkeys", body: { name, response } });
}

export function useAddPasskey() {
	return useChange(addPasskey, [passkeysKey, factorsQuery.queryKey]);
}
