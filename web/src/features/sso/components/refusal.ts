// SPDX-License-Identifier: Apache-2.0
/*
 * What the platform says, by code alone, to a browser that comes back from a
 * provider: an address holds no sentences that anybody could put there.
 */
const refusals: Record<string, string> = {
	sso_ticket_not_valid: "This sign-in took too long, or was used already. Begin again.",
	sso_not_offered: "There is no sign-in by a provider here.",
	not_entitled: "The tenant's plan has no single sign-on: an owner can choose High or Business.",
	sso_address_not_verified: "The provider does not say that it verified your address: its administrator can.",
	sso_domain_not_verified: "The tenant has not proven the domain of your address: an owner can, under Sign-in.",
	sso_link_refused: "An account with your address belongs to other tenants as well: sign in with its own password.",
	sso_role_gone: "The role that the provider gives is gone: an owner can name another.",
	account_disabled: "This account is disabled: an operator of the platform can enable it.",
};

export function refusal(code: string): string {
	return refusals[code] ?? "The provider's answer could not be used. Begin again, or ask its administrator.";
}
