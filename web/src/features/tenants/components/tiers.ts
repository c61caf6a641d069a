// SPDX-License-Identifier: Apache-2.0
/** Title and sentence of each tier, from the matrix that the platform has. */
import words from "@/lib/tiers.json";

export const tiers = Object.entries(words).map(([value, { title, about }]) => ({ value, title, detail: about }));

export function tierName(tier: string): string {
	return tiers.find(({ value }) => value === tier)?.title ?? tier;
}
