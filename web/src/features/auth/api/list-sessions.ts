// SPDX-License-Identifier: Apache-2.0
import { queryOptions } from "@tanstack/react-query";

import { api } from "@/lib/api";
import { page, time, z } from "@/lib/schema";

const sessionSchema = z.object({
	id: z.string(),
	created_at: time.nullish(),
	seen_at: time.nullish(),
	client_ip: z.string().nullish(),
	user_agent: z.string().nullish(),
	kind: z.string().nullish(),
	current: z.boolean().nullish(),
});

export type Session = z.output<typeof sessionSchema>;

export const sessionsQuery = queryOptions({
	queryKey: ["sessions"],
	queryFn: ({ signal }) =>
		api(page(sessionSchema), { path: "/api/auth/sessions", signal }),
});
