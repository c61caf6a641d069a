// SPDX-License-Identifier: Apache-2.0
/** Proposes a slug for a name. */
export function slugOf(name: string): string {
	return name
		.normalize("NFKD")
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, "")
		.replace(/^[^a-z]+/, "")
		.slice(0, 31);
}

/** What is wrong with a slug; checked before the request is sent. */
export function slugComplaint(slug: string): string | undefined {
	if (slug === "") return undefined;
	if (!/^[a-z]/.test(slug)) return "Begins with a letter a to z.";
	if (/[^a-z0-9]/.test(slug)) return "Only a to z and 0 to 9.";
	if (slug.length < 3) return "At least 3 characters.";
	if (slug.length > 31) return "At most 31 characters.";
	return undefined;
}
