// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useEffect, useRef } from "react";

import { accessQuery } from "@/features/auth/api/me";
import { endsMembership } from "@/lib/problem";

/**
 * The account's permissions in the tenant now.  When a role changes while a
 * page is open, the guard of the workspace checks again.
 */
export function useCurrentAccess(tenant: string) {
	const router = useRouter();
	const { data: access, error } = useQuery(accessQuery(tenant));
	const checked = useRef(access);

	useEffect(() => {
		if (access === checked.current) return;
		checked.current = access;
		void router.invalidate();
	}, [access, router]);
	return { access, removed: endsMembership(error) };
}
