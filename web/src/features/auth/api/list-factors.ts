// SPDX-License-Identifier: Apache-2.0
import { queryOptions } from "@tanstack/react-query";

import { api } from "@/lib/api";
import { z } from "@/lib/schema";

const factorsSchema = z.object({
	totp: z.boolean(),
	recovery_left: z.number().int(),
	passkeys: z.number().int(),
});

export type Factors = z.output<typeof factorsSchema>;

export const factorsQuery = queryOptions({
	queryKey: ["factors"],
	queryFn: ({ signal }) => api(factorsSchema, { path: "/api/auth/factors", signal }),
});
