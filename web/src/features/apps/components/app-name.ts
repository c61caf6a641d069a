// SPDX-License-Identifier: Apache-2.0
/**
 * What is wrong with an application's name; checked before the request is sent.
 */
export function nameComplaint(name: string): string | undefined {
	if (name === "" || /^[a-z][a-z0-9-]{1,38}$/.test(name)) return undefined;
	if (!/^[a-z]/.test(name)) return "Begins with a letter a to z.";
	if (/[^a-z0-9-]/.test(name)) return "Only a to z, 0 to 9 and hyphens.";
	return "2 to 39 characters.";
}
