// SPDX-License-Identifier: Apache-2.0
import { useAction, useLoad } from "@/lib/action";
import { api } from "@/lib/api";
import { reads } from "@/lib/document";
import { nothing, z } from "@/lib/schema";

const invitationSchema = reads("InvitationOffer", z.object({
	tenant: z.string(),
	email: z.string(),
	role: z.string(),
	inviter: z.nullish(z.string()),
	/** An account with that address exists. */
	account_exists: z.boolean(),
}));

export type ShownInvitation = z.output<typeof invitationSchema>;

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
