// SPDX-License-Identifier: Apache-2.0
import { type Grant, tenantPermissions } from "@/lib/permission";

/** Grants from words as roles hold them: "app.deploy@dev", "app.read:orders". */
export function granted(...words: string[]): Grant[] {
	return words.map((word) => {
		const [rest = "", application] = word.split(":");
		const [name = "", environment] = rest.split("@");

		return {
			name,
			environments: environment === undefined ? null : [environment],
			applications: application === undefined ? null : [application],
		};
	});
}

/** What an owner may do. */
export const everything = granted(...tenantPermissions);
