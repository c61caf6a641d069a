// SPDX-License-Identifier: Apache-2.0
import type { Tone } from "@/components/badge";
import { time, z } from "@/lib/schema";

export const tenantSchema = z.object({
	id: z.string(),
	slug: z.string(),
	name: z.string(),
	tier: z.string().nullish(),
	role: z.string().nullish(),
	state: z.string(),
	created_at: time.nullish(),
});

export type Tenant = z.output<typeof tenantSchema>;

const tones: Record<string, Tone> = {
	active: "ok",
	provisioning: "busy",
	suspended: "warn",
	failed: "bad",
	deleting: "warn",
	deleted: "idle",
};

export function tenantTone(state: string): Tone {
	return tones[state.toLowerCase()] ?? "idle";
}
