// SPDX-License-Identifier: Apache-2.0
import { useMutation } from "@tanstack/react-query";

import { appPath } from "@/features/apps/api/app";
import { api } from "@/lib/api";
import type { FieldError } from "@/lib/problem";
import { nothing } from "@/lib/schema";

/** The fingerprint that a refusal names in the detail of a field. */
export function fingerprintOf({ detail }: FieldError): string | null {
	return /fingerprint ([0-9a-f]{32})$/.exec(detail)?.[1] ?? null;
}

type Kept = { fingerprint: string; reason: string };

export function useKeepFinding(tenant: string, app: string) {
	return useMutation({
		mutationFn: (body: Kept) =>
			api(nothing, { tenant, method: "POST", path: `${appPath(app)}/findings`, body }),
	});
}
