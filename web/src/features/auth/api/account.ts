// SPDX-License-Identifier: Apache-2.0
import { z } from "@/lib/schema";

/** The account, as several answers carry it. */
export const accountSchema = z.object({
	id: z.string(),
	email: z.string(),
	name: z.string().nullish(),
});

export type Account = z.infer<typeof accountSchema>;
