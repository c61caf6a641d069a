// SPDX-License-Identifier: Apache-2.0
import { queryOptions } from "@tanstack/react-query";

import { factorsQuery } from "@/features/auth/api/factor";
import { api } from "@/lib/api";
import { useChange } from "@/lib/change";
import { reads } from "@/lib/document";
import { nothing, page, time, z } from "@/lib/schema";
import { creationSchema, makePasskey } from "@/lib/webauthn";

const passkeySchema = reads("Passkey", z.object({
	id: z.string(),
	name: z.string(),
	created_at: z.nullish(time),
	used_at: z.nullish(time),
	version: z.optional(z.int()),
}));

export type Passkey = z.output<typeof passkeySchema>;

const passkeysKey = ["passkeys"] as const;

export const passkeysQuery = queryOptions({
	queryKey: passkeysKey,
	queryFn: ({ signal }) => api(page(passkeySchema), { path: "/api/auth/passkeys", signal }),
});

async function addPasskey(name: string) {
	const options = await api(creationSchema, { method: "POST", path: "/api/auth/passkeys/options", body: {} });
	const response = await makePasskey(options);

	return await api(nothing, { method: "POST", path: "/api/auth/passkeys", body: { name, response } });
}

export function useAddPasskey() {
	return useChange(addPasskey, [passkeysKey, factorsQuery.queryKey]);
}

export function useRenamePasskey({ id, version }: Passkey) {
	return useChange(
		(name: string) =>
			api(nothing, {
				method: "PATCH",
				path: `/api/auth/passkeys/${encodeURIComponent(id)}`,
				body: { name },
				version,
			}),
		[passkeysKey],
	);
}

export function useRemovePasskey() {
	return useChange(
		(id: string) => api(nothing, { method: "DELETE", path: `/api/auth/passkeys/${encodeURIComponent(id)}` }),
		[passkeysKey, factorsQuery.queryKey],
	);
}
