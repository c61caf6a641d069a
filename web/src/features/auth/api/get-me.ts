// SPDX-License-Identifier: Apache-2.0
import { queryOptions } from "@tanstack/react-query";

import { accountSchema } from "@/features/auth/api/account";
import { api } from "@/lib/api";
import { z } from "@/lib/schema";

const meSchema = z.object({
	account: accountSchema,
	/** The tenant that the session's token is bound to. */
	tenant: z.string().nullable(),
});

export const meQuery = queryOptions({
	queryKey: ["me"],
	queryFn: ({ signal }) => api(meSchema, { path: "/api/auth/me", signal }),
	staleTime: 5 * 60_000,
});
