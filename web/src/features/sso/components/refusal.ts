// SPDX-License-Identifier: Apache-2.0
/*
 * Texts for the problem code with which a browser returns from a provider.  The
 * address has only the code, so that nobody can inject a text.
 */
const refusals: Record<string, string> = {
	sso_ticket_not_valid: "This sign-in took too long, or was used already. Start again.",
	sso_not_offered: "This tenant has no identity provider.",
	not_entitled: "The tenant's plan does not include single sign-on. An owner can choose High or Business.",
	sso_address_not_verified: "The provider did not confirm your address. Its administrator can change that.",
	sso_domain_not_verified: "The tenant has not confirmed the domain of your address. An owner can do so under Sign-in.",
	sso_link_refused: "An account with your address also belongs to other tenants. Sign in with its own password.",
	sso_role_gone: "The role that the provider assigns no longer exists. An owner can choose another.",
	account_disabled: "This account is disabled. An operator of the platform can enable it.",
};

export function refusal(code: string): string {
	return refusals[code] ?? "The provider's answer could not be used. Start again, or ask its administrator.";
}
