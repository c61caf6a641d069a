// SPDX-License-Identifier: Apache-2.0
import { time, z } from "@/lib/schema";
import { requestSchema } from "@/lib/webauthn";

export const passkeySchema = z.object({
	id: z.string(),
	name: z.string(),
	created_at: time.nullish(),
	used_at: time.nullish(),
	version: z.number().int().optional(),
});

export type Passkey = z.output<typeof passkeySchema>;

export const passkeysKey = ["passkeys"] as const;

/** What the browser is asked, and the platform's name for this asking. */
export const askingSchema = z.object({ challenge: z.string(), options: requestSchema });
