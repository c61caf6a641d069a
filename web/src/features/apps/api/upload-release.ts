// SPDX-License-Identifier: Apache-2.0
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { appKey, appPath } from "@/features/apps/api/app";
import { releaseSchema } from "@/features/apps/api/release";
import { z } from "@/lib/schema";
import { type Progress, upload } from "@/lib/upload";

const acceptedSchema = z.object({ release: releaseSchema });

type NewRelease = { file: File; onProgress: (progress: Progress) => void; signal: AbortSignal };

function uploadRelease(app: string, release: NewRelease) {
	return upload(acceptedSchema, {
		...release,
		path: `${appPath(app)}/releases`,
		type: "application/java-archive",
	});
}

export function useUploadRelease(tenant: string, app: string) {
	const client = useQueryClient();

	return useMutation({
		mutationFn: (release: NewRelease) => uploadRelease(app, release),
		onSuccess: () => client.invalidateQueries({ queryKey: appKey(tenant, app) }),
	});
}
