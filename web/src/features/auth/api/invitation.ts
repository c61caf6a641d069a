// SPDX-License-Identifier: Apache-2.0
import { useAction, useLoad } from "@/lib/action";
import { api } from "@/lib/api";
import { nothing, z } from "@/lib/schema";

const invitationSchema = z.object({
	tenant: z.string(),
	email: z.string(),
	role: z.string(),
	inviter: z.nullish(z.string()),
	/** There is somebody who signs in with that address. */
	account_exists: z.boolean(),
});

export type ShownInvitation = z.output<typeof invitationSchema>;

/** Read by POST, so that the token stands in no address. */
export function useInvitation(token: string) {
	return useLoad(token, (signal) =>
		api(invitationSchema, {
			method: "POST",
			path: "/api/auth/invitations/show",
			body: { token },
			anonymous: true,
			signal,
		}),
	);
}

type Acceptance = { token: string; name?: string; password?: string };

export function useAcceptInvitation(signedIn: boolean) {
	return useAction((body: Acceptance) =>
		api(nothing, { method: "POST", path: "/api/auth/invitations/accept", body, anonymous: !signedIn }),
	);
}
