// SPDX-License-Identifier: Apache-2.0
/*
 * The access that a page requires.  Every route row declares it as
 * staticData.access; a row without it does not compile.  Public pages have no
 * rows: routes/public/pages.ts.
 */
import { mayWith, type Grant, type Permission } from "@/lib/permission";

/** A signed-in account, a member of the tenant, or a permission. */
export type Access = "account" | "member" | Permission;

declare module "@tanstack/react-router" {
	// An interface is the only thing that can be merged.
	// eslint-disable-next-line @typescript-eslint/consistent-type-definitions
	interface StaticDataRouteOption {
		access: Access;
	}
}

export class Forbidden extends Error {
	readonly permission: Permission;

	constructor(permission: Permission) {
		super(`needs ${permission}`);
		this.name = "Forbidden";
		this.permission = permission;
	}
}

function isPermission(access: Access): access is Permission {
	return access !== "account" && access !== "member";
}

export function mayOpen(access: Access, grants: readonly Grant[], application?: string): boolean {
	return !isPermission(access) || mayWith(grants)(access, undefined, application);
}

type Match = { staticData: { access?: Access }; params: unknown };

/** Throws Forbidden for the first of these pages that the grants do not open. */
export function checkAccess(matches: readonly Match[], grants: readonly Grant[]): void {
	for (const { staticData, params } of matches) {
		const { access = "account" } = staticData;
		const { app } = (params ?? {}) as { app?: string };

		if (isPermission(access) && !mayOpen(access, grants, app)) throw new Forbidden(access);
	}
}
