// SPDX-License-Identifier: Apache-2.0
const browsers: [RegExp, string][] = [
	[/Edg\//, "Edge"],
	[/Firefox\//, "Firefox"],
	[/Chrom(e|ium)\//, "Chrome"],
	[/Safari\//, "Safari"],
	[/curl\//, "curl"],
];
const systems: [RegExp, string][] = [
	[/Android/, "Android"],
	[/iPhone|iPad/, "iOS"],
	[/Windows/, "Windows"],
	[/Mac OS X/, "macOS"],
	[/Linux/, "Linux"],
];

/** "Firefox on Linux", or the part of it that the user agent contains. */
export function device(agent: string | null | undefined): string {
	const find = (table: [RegExp, string][]) => table.find(([pattern]) => pattern.test(agent ?? ""))?.[1];
	const names = [find(browsers), find(systems)].filter((name) => name !== undefined);

	return names.length > 0 ? names.join(" on ") : "A program";
}
