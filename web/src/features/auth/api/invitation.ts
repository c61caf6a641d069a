// SPDX-License-Identifier: Apache-2.0
import { queryOptions } from "@tanstack/react-query";

import { api } from "@/lib/api";
import { useChange } from "@/lib/change";
import { nothing, z } from "@/lib/schema";

const invitationSchema = z.object({
	tenant: z.string(),
	email: z.string(),
	role: z.string(),
	inviter: z.string().nullish(),
	/** There is somebody who signs in with that address. */
	account_exists: z.boolean(),
});

export type ShownInvitation = z.output<typeof invitationSchema>;

/** Read by POST, so that the token stands in no address. */
export function invitationQuery(token: string) {
	return queryOptions({
		queryKey: ["invitation", token],
		queryFn: ({ signal }) =>
			api(invitationSchema, {
				method: "POST",
				path: "/api/auth/invitations/show",
				body: { token },
				anonymous: true,
				signal,
			}),
		staleTime: Infinity,
		retry: false,
	});
}

type Acceptance = { token: string; name?: string; password?: string };

/** What is known of the account is old afterwards: the page forgets it. */
export function useAcceptInvitation(signedIn: boolean) {
	return useChange((body: Acceptance) =>
		api(nothing, { method: "POST", path: "/api/auth/invitations/accept", body, anonymous: !signedIn }),
	);
}
