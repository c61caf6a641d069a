// SPDX-License-Identifier: Apache-2.0
/*
 * What to offer, not what is allowed: the platform decides on every request.
 */
export function mayDeploy(role: string | null | undefined): boolean {
	return role !== "viewer";
}

/** Two presets never may; a tenant's own roles might. */
export function mayAdminister(role: string | null | undefined): boolean {
	return role !== "viewer" && role !== "developer";
}
