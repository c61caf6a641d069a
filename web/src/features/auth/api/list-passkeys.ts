// SPDX-License-Identifier: Apache-2.0
import { queryOptions } from "@tanstack/react-query";

import { passkeySchema, passkeysKey } from "@/features/auth/api/passkey";
import { api } from "@/lib/api";
import { page } from "@/lib/schema";

export const passkeysQuery = queryOptions({
	queryKey: passkeysKey,
	queryFn: ({ signal }) => api(page(passkeySchema), { path: "/api/auth/passkeys", signal }),
});
