// SPDX-License-Identifier: Apache-2.0
/*
 * Uploads outlive the page that began them: they stand in the cache of
 * mutations, where the page and the shell find them.
 */
import { skipToken, useMutation, useMutationState, useQuery, useQueryClient } from "@tanstack/react-query";

import { appKey, appPath } from "@/features/apps/api/app";
import { releaseSchema } from "@/features/apps/api/release";
import { reads } from "@/lib/document";
import { z } from "@/lib/schema";
import { type Progress, upload } from "@/lib/upload";

const acceptedSchema = reads("ReleaseUploaded", z.object({ release: releaseSchema }));

export type Upload = {
	id: string;
	tenant: string;
	app: string;
	file: File;
	/** Where it runs as soon as its image is ready: the first environment. */
	deployTo: string | null;
	abort: AbortController;
};

type Accepted = z.output<typeof acceptedSchema>;

const uploadsKey = ["uploads"] as const;

export function useUploadRelease() {
	const client = useQueryClient();

	return useMutation<Accepted, Error, Upload>({
		mutationKey: uploadsKey,
		mutationFn: ({ id, tenant, app, file, deployTo, abort }) =>
			upload(acceptedSchema, {
				tenant,
				file,
				path: `${appPath(app)}/releases`,
				query: { deploy: deployTo === null ? false : undefined },
				type: "application/java-archive",
				onProgress: (progress) => client.setQueryData([...uploadsKey, id], progress),
				signal: abort.signal,
			}),
		onSuccess: (_, { tenant, app }) => client.invalidateQueries({ queryKey: appKey(tenant, app) }),
	});
}

/** All uploads of this tab that are under way or ended a short while ago. */
export function useUploads() {
	const cache = useQueryClient().getMutationCache();

	return useMutationState({
		filters: { mutationKey: uploadsKey },
		select: (mutation) => ({
			upload: mutation.state.variables as Upload,
			pending: mutation.state.status === "pending",
			error: mutation.state.error,
			release: (mutation.state.data as Accepted | undefined)?.release,
			mutation,
		}),
	}).map(({ mutation, ...sent }) => ({ ...sent, forget: () => cache.remove(mutation) }));
}

export type Sent = ReturnType<typeof useUploads>[number];

export function wasCancelled({ error }: Sent): boolean {
	return error instanceof DOMException && error.name === "AbortError";
}

export function useProgress({ id, file }: Upload): Progress {
	const { data } = useQuery<Progress>({ queryKey: [...uploadsKey, id], queryFn: skipToken });

	return data ?? { sent: 0, total: file.size };
}
