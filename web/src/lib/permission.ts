// SPDX-License-Identifier: Apache-2.0
/*
 * Permissions decide what the console offers; the platform checks every
 * request again.  Grants come from GET /api/auth/me, so that custom roles,
 * teams and limits to an environment count like the preset roles.
 */
import { createContext, use } from "react";

import { z } from "@/lib/schema";

/**
 * The permissions that a role can hold; `GET /api/tenants/permissions` lists
 * them.
 */
export const tenantPermissions = [
	"tenant.read",
	"tenant.manage",
	"tenant.delete",
	"member.read",
	"member.manage",
	"team.manage",
	"role.manage",
	"sso.manage",
	"token.manage",
	"audit.read",
	"audit.export",
	"app.read",
	"app.manage",
	"app.deploy",
	"log.read",
	"finding.acknowledge",
	"billing.read",
	"license.read",
	"agent.connect",
	"server.use",
] as const;

export type Permission = (typeof tenantPermissions)[number] | `platform.${string}`;

/** One permission and its limits; null means no limit. */
export const grantSchema = z.object({
	name: z.string(),
	environments: z.nullable(z.array(z.string())),
	applications: z.nullable(z.array(z.string())),
});

export type Grant = z.output<typeof grantSchema>;

/** Without an environment or application: is there any for which it holds? */
export type May = (permission: Permission, environment?: string, application?: string) => boolean;

/** As the application of may(): an application that does not exist yet. */
export const newApplication = "";

function covers(limit: string[] | null, wanted: string | undefined): boolean {
	return limit === null || wanted === undefined || limit.includes(wanted);
}

export function mayWith(grants: readonly Grant[]): May {
	return (permission, environment, application) =>
		grants.some(
			({ name, environments, applications }) =>
				name === permission && covers(environments, environment) && covers(applications, application),
		);
}

/** The grants in the tenant of this page; empty outside of a tenant. */
export const Grants = createContext<readonly Grant[]>([]);

export function useMay(): May {
	return mayWith(use(Grants));
}

const ownersOnly: readonly Permission[] = ["tenant.delete", "sso.manage", "billing.read", "finding.acknowledge"];

/** Who can grant a permission: only somebody who has it. */
export function giverOf(permission: Permission): "operator" | "owner" | "owner or admin" {
	if (permission.startsWith("platform.")) return "operator";
	return ownersOnly.includes(permission) ? "owner" : "owner or admin";
}
