// SPDX-License-Identifier: Apache-2.0
/*
 * Texts for the problem code with which a browser returns from a provider.  The
 * address has only the code, so that nobody can inject a text.  Each says who
 * can do what.
 */
const trail = "An owner of the tenant sees the reason in the audit log.";

const refusals: Record<string, string> = {
	sso_ticket_not_valid: "This sign-in took too long, or was used already. Start again.",
	sso_state_not_valid: "This sign-in is over, or began in another browser. Start again.",
	sso_not_offered: "This tenant has no identity provider.",
	not_entitled: "The tenant's plan does not include single sign-on. An owner sees under Plan which one does.",
	sso_address_not_verified: "The provider says that your address is not verified. Its administrator can mark it as verified.",
	sso_address_missing: "The provider sends no usable address for you. Its administrator can enter one, and let the claim email be sent.",
	sso_issuer_shared:
		"Anybody can get an account with this provider, and it does not say that yours belongs to an organisation. Sign in with your organisation's account, or ask an owner to enter the issuer of your organisation's own directory.",
	sso_userinfo_failed: `The provider did not say what your address is. ${trail}`,
	sso_userinfo_not_valid: "The provider told about somebody else. Tell its administrator.",
	sso_domain_not_verified: "The tenant has not confirmed the domain of your address. An owner can do so under Sign-in.",
	sso_link_refused: "An account with your address also belongs to other tenants. Sign in with its own password.",
	sso_role_gone: "The role that the provider assigns no longer exists. An owner can choose another.",
	sso_denied: `The provider did not let you in. Its administrator can assign you to the application. ${trail}`,
	sso_busy: "Many people wait for this provider just now. Try again in a few seconds.",
	sso_provider_rests: "The provider did not answer in time before. Try again in a few minutes.",
	sso_provider_slow: "The provider did not answer in time. Try again.",
	sso_provider_failed: `The provider failed. Try again. ${trail}`,
	sso_provider_changed: "The tenant has another provider now. Start again.",
	sso_provider_redirects: "The provider's address leads elsewhere. An owner can enter the final address as the issuer.",
	sso_address_refused: "The provider's name leads to no public address. An owner can check the issuer.",
	sso_metadata_not_valid: "What the provider publishes cannot be used. An owner can press Test under Sign-in, which says why.",
	sso_answer_not_valid: `The provider's answer could not be understood. ${trail}`,
	sso_token_not_valid: `The provider's token is not valid. ${trail}`,
	sso_code_refused: "The provider refused its own code. An owner can check the client ID and the client secret, which may have ended.",
	sso_wrong_issuer: "The answer came from another provider. Start again, and tell an owner if it happens again.",
	account_disabled: "This account is disabled. An operator of the platform can enable it.",
};

export function refusal(code: string): string {
	return refusals[code] ?? "The provider's answer could not be used. Start again, or ask its administrator.";
}
