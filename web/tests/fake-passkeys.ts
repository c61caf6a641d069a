// SPDX-License-Identifier: Apache-2.0
import { vi } from "vitest";

const bytes = (text: string) => new TextEncoder().encode(text).buffer;

/** A browser with an authenticator that the test controls. */
export function fakePasskeys({ autofill = false } = {}) {
	const create = vi.fn<(options: CredentialCreationOptions) => Promise<unknown>>(() =>
		Promise.resolve({
			id: "Y3JlZA",
			type: "public-key",
			authenticatorAttachment: "platform",
			response: {
				clientDataJSON: bytes("client"),
				attestationObject: bytes("attestation"),
				getTransports: () => ["internal"],
			},
		}),
	);
	const get = vi.fn<(options: CredentialRequestOptions) => Promise<unknown>>(() =>
		Promise.resolve({
			id: "Y3JlZA",
			type: "public-key",
			authenticatorAttachment: null,
			response: {
				clientDataJSON: bytes("client"),
				authenticatorData: bytes("data"),
				signature: bytes("signature"),
				userHandle: bytes("user"),
			},
		}),
	);

	vi.stubGlobal("PublicKeyCredential", { isConditionalMediationAvailable: () => Promise.resolve(autofill) });
	vi.stubGlobal("navigator", Object.create(navigator, { credentials: { value: { create, get } } }));
	return { create, get };
}
