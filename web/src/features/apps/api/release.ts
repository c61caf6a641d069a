// SPDX-License-Identifier: Apache-2.0
import { infiniteQueryOptions } from "@tanstack/react-query";

import type { Tone } from "@/components/badge";
import { appKey, appPath } from "@/features/apps/api/app";
import { api } from "@/lib/api";
import { reads } from "@/lib/document";
import { page, time, z } from "@/lib/schema";

export const releaseSchema = reads("Release", z.object({
	id: z.string(),
	number: z.int(),
	state: z.enum(["uploaded", "assembling", "ready", "failed"]),
	jar_sha256: z.nullish(z.string()),
	jar_size: z.nullish(z.number()),
	jar_facts: z.catch(
		z.nullish(
			z.object({
				kind: z.nullish(z.string()),
				camel_version: z.nullish(z.string()),
				java_runtime: z.nullish(z.int()),
				advice: z.nullish(z.array(z.object({ code: z.string(), text: z.string() }))),
				warnings: z.nullish(
					z.array(z.object({ entry: z.string(), line: z.int(), kind: z.string() })),
				),
			}),
		),
		null,
	),
	image: z.nullish(z.string()),
	image_digest: z.nullish(z.string()),
	error: z.nullish(z.string()),
	created_at: z.nullish(time),
}));

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

/** Newest first; read again each second while a release is being made. */
export function releasesQuery(tenant: string, app: string) {
	return infiniteQueryOptions({
		queryKey: [...appKey(tenant, app), "releases"],
		queryFn: ({ pageParam, signal }) =>
			api(page(releaseSchema), {
				tenant,
				path: `${appPath(app)}/releases`,
				query: { limit: 20, after: pageParam },
				signal,
			}),
		initialPageParam: null as string | null,
		getNextPageParam: (last) => last.next,
		refetchInterval: ({ state }) =>
			state.data?.pages.some(({ items }) => items.some((item) => releaseTone(item) === "busy"))
				? 1000
				: false,
	});
}
