// SPDX-License-Identifier: Apache-2.0
export const tiers = [
	{ value: "low", title: "Low", detail: "One environment, 7 days of data, pay per use." },
	{ value: "mid", title: "Mid", detail: "Dev and prod, 30 days of data, correlation across services." },
	{ value: "high", title: "High", detail: "Any environments, debugger, replay, SSO. Waits for the operator’s yes." },
	{ value: "business", title: "Business", detail: "Like High, with custom retention and service level. Waits for the operator’s yes." },
] as const;

export function tierName(tier: string): string {
	return tiers.find(({ value }) => value === tier)?.title ?? tier;
}
