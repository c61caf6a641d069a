// SPDX-License-Identifier: Apache-2.0
import type { Tone } from "@/components/badge";
import { time, z } from "@/lib/schema";

export const releaseSchema = z.object({
	id: z.string(),
	number: z.number().int(),
	state: z.enum(["uploaded", "assembling", "ready", "failed"]),
	jar_sha256: z.string().nullish(),
	jar_size: z.number().nullish(),
	jar_facts: z
		.object({ kind: z.string().nullish(), camel_version: z.string().nullish() })
		.nullish()
		.catch(null),
	image: z.string().nullish(),
	image_digest: z.string().nullish(),
	error: z.string().nullish(),
	created_at: time.nullish(),
});

export type Release = z.output<typeof releaseSchema>;

const tones: Record<Release["state"], Tone> = {
	uploaded: "busy",
	assembling: "busy",
	ready: "ok",
	failed: "bad",
};

export function releaseTone(release: Release): Tone {
	return tones[release.state];
}

/** The digest under which the registry and the engine know the image. */
export function imageDigest(release: Release): string | null {
	return release.image_digest ?? release.image?.match(/sha256:[0-9a-f]{64}$/)?.[0] ?? null;
}
