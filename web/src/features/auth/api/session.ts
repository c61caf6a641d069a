// SPDX-License-Identifier: Apache-2.0
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { api } from "@/lib/api";
import { useChange } from "@/lib/change";
import { reads } from "@/lib/document";
import { nothing, page, time, z } from "@/lib/schema";

function logout() {
	return api(nothing, { method: "POST", path: "/api/auth/logout" });
}

export function useLogout() {
	return useMutation({ mutationFn: logout });
}

const sessionSchema = reads("Session", z.object({
	id: z.string(),
	created_at: z.nullish(time),
	seen_at: z.nullish(time),
	client_ip: z.nullish(z.string()),
	user_agent: z.nullish(z.string()),
	kind: z.nullish(z.string()),
	current: z.nullish(z.boolean()),
}));

export type Session = z.output<typeof sessionSchema>;

export const sessionsQuery = queryOptions({
	queryKey: ["sessions"],
	queryFn: ({ signal }) =>
		api(page(sessionSchema), { path: "/api/auth/sessions", signal }),
});

function endSession(id: string) {
	return api(nothing, { method: "DELETE", path: `/api/auth/sessions/${encodeURIComponent(id)}` });
}

export function useEndSession() {
	const client = useQueryClient();

	return useMutation({
		mutationFn: endSession,
		onSettled: () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
	});
}

export function useEndSessions() {
	return useChange(
		(which: "others" | "all") =>
			api(nothing, { method: "POST", path: "/api/auth/sessions/revoke", body: { which } }),
		[sessionsQuery.queryKey],
	);
}
