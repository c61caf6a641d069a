// SPDX-License-Identifier: Apache-2.0
/*
 * What to offer, not what is allowed: the platform decides on every request.
 */
export function mayDeploy(role: string | null | undefined): boolean {
	return role !== "viewer";
}
