// SPDX-License-Identifier: Apache-2.0
import css from "./sso.module.css";

type Guide = { name: string; issuer: string; steps: string[] };

const secret = "Create a client secret and enter its value here. Note when it ends.";

/** What to do at the provider; docs/sign-in.md tells the same at length. */
const guides: Guide[] = [
	{
		name: "Microsoft Entra ID",
		issuer: "https://login.microsoftonline.com/DIRECTORY-ID/v2.0",
		steps: [
			"Under App registrations, register an app for accounts in this directory only, with the redirect address as a Web address.",
			secret,
			"Under Token configuration, add the optional claim email of type ID. People need an address in their directory entry.",
			"For roles by groups, add the groups claim. Choose “Groups assigned to the application”: with more than 200 groups Entra ID sends none, and people keep the role they have. Groups are named by their object ID.",
		],
	},
	{
		name: "Google Workspace",
		issuer: "https://accounts.google.com",
		steps: [
			"In the Google Cloud console, set the OAuth consent screen to Internal.",
			"Create an OAuth client ID of type Web application with the redirect address.",
			"Google sends no groups: everybody gets the role of the first sign-in. Private Google accounts cannot sign in.",
		],
	},
	{
		name: "Okta",
		issuer: "https://ORGANISATION.okta.com",
		steps: [
			"Create an app integration: OIDC, Web Application, grant type Authorization Code, with the redirect address. Assign people or groups.",
			"For roles by groups, add a groups claim with a filter to the app's ID token.",
		],
	},
	{
		name: "Keycloak",
		issuer: "https://HOST/realms/REALM",
		steps: [
			"Create a client: OpenID Connect, client authentication on, standard flow only, with the redirect address. Enter the back-channel logout address, too.",
			"Switch “Email verified” on for each person, or let Keycloak verify addresses.",
			"For roles by groups, add a mapper Group Membership with the claim groups and without the full path.",
		],
	},
	{
		name: "Authelia",
		issuer: "https://HOST",
		steps: [
			"Add a client to identity_providers.oidc with the redirect address, the scopes openid, email, profile, and token_endpoint_auth_method client_secret_basic.",
			"Authelia may tell address and groups on a second question only, which is asked. Groups need a claims policy that adds groups to the ID token, or to the answers of a scope named above.",
		],
	},
	{
		name: "Azure AD B2C",
		issuer: "https://TENANT.b2clogin.com/DIRECTORY-ID/v2.0/",
		steps: [
			"The metadata lies elsewhere: enter the metadata address of your user flow, and as issuer exactly what that document says.",
			"Let the user flow return Email Addresses, and leave its e-mail verification on: who has an account there with an address of your domains signs in.",
		],
	},
];

export function ProviderGuides() {
	return (
		<div className={css.guides}>
			<p>What to do at the provider:</p>
			{guides.map(({ name, issuer, steps }) => (
				<details key={name}>
					<summary>{name}</summary>
					<ol>
						{steps.map((step) => (
							<li key={step}>{step}</li>
						))}
						<li>
							The issuer is <code>{issuer}</code>
						</li>
					</ol>
				</details>
			))}
		</div>
	);
}
