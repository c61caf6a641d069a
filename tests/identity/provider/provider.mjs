// SPDX-License-Identifier: Apache-2.0
/*
 * A real OpenID provider (oidc-provider) with a client for each algorithm.
 * provider.mjs CONFIG: a JSON file with issuer, address, port, key, cert,
 * redirects and logouts (both by algorithm).  Its keys are new at each start,
 * under the same names.
 */
import { readFileSync } from "node:fs";
import https from "node:https";

import { exportJWK, generateKeyPair } from "jose";
import Provider from "oidc-provider";

const config = JSON.parse(readFileSync(process.argv[2], "utf8"));
const algorithms = ["RS256", "ES256", "EdDSA"];
const users = {
	alice: { email: "alice@people.example", groups: ["admins", "dev"] },
	bob: { email: "bob@people.example", groups: ["dev"] },
};

async function jwk(alg, options) {
	const pair = await generateKeyPair(alg, { extractable: true, ...options });

	return {
		...(await exportJWK(pair.privateKey)),
		alg,
		use: "sig",
		kid: alg.toLowerCase(),
	};
}

function client(alg) {
	return {
		client_id: `app-${alg.toLowerCase()}`,
		client_secret: config.secret,
		redirect_uris: [config.redirects[alg]],
		response_types: ["code"],
		grant_types: ["authorization_code"],
		id_token_signed_response_alg: alg,
		backchannel_logout_uri: config.logouts[alg],
		backchannel_logout_session_required: true,
		token_endpoint_auth_method: "client_secret_basic",
	};
}

const keys = [await jwk("RS256"), await jwk("ES256"),
	await jwk("EdDSA", { crv: "Ed25519" })];
const provider = new Provider(config.issuer, {
	jwks: { keys },
	clients: algorithms.map(client),
	enabledJWA: { idTokenSigningAlgValues: algorithms },
	pkce: { required: () => true },
	claims: {
		openid: ["sub"],
		email: ["email", "email_verified"],
		profile: ["name", "groups"],
	},
	conformIdTokenClaims: false,
	findAccount: (_ctx, id) => users[id] && {
		accountId: id,
		claims: () => ({
			sub: id, name: id, email_verified: true, ...users[id],
		}),
	},
	features: {
		devInteractions: { enabled: true },
		backchannelLogout: { enabled: true },
	},
	cookies: { keys: ["only for tests"] },
});
https.createServer({
	key: readFileSync(config.key), cert: readFileSync(config.cert),
}, provider.callback()).listen(config.port, config.address,
	() => console.log("ready"));
