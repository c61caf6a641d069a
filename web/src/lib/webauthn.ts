// SPDX-License-Identifier: Apache-2.0
/*
 * Passkeys: the browser uses bytes where JSON has base64url.  Browsers that we
 * support lack parseCreationOptionsFromJSON() and toJSON().
 */
import { z } from "@/lib/schema";

const descriptor = z.looseObject({ type: z.literal("public-key"), id: z.string() });

export const creationSchema = z.looseObject({
	challenge: z.string(),
	user: z.looseObject({ id: z.string(), name: z.string(), displayName: z.string() }),
	rp: z.looseObject({ name: z.string() }),
	pubKeyCredParams: z.array(z.object({ type: z.literal("public-key"), alg: z.number() })),
	excludeCredentials: z.nullish(z.array(descriptor)),
});

const requestSchema = z.looseObject({
	challenge: z.string(),
	allowCredentials: z.nullish(z.array(descriptor)),
});

/** The request for the browser, and the platform's name for it. */
export const askingSchema = z.object({ challenge: z.string(), options: requestSchema });

type CreationJson = z.output<typeof creationSchema>;
type RequestJson = z.output<typeof requestSchema>;

export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
	const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));

	return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

export function toBase64url(bytes: ArrayBuffer): string {
	const binary = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join("");

	return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function descriptors(list: z.output<typeof descriptor>[] | null | undefined) {
	return (list ?? []).map((one) => ({ ...one, id: fromBase64url(one.id) }));
}

function creationOptions(json: CreationJson): PublicKeyCredentialCreationOptions {
	return {
		...json,
		challenge: fromBase64url(json.challenge),
		user: { ...json.user, id: fromBase64url(json.user.id) },
		excludeCredentials: descriptors(json.excludeCredentials),
	};
}

function requestOptions(json: RequestJson): PublicKeyCredentialRequestOptions {
	return {
		...json,
		challenge: fromBase64url(json.challenge),
		allowCredentials: descriptors(json.allowCredentials),
	};
}

/** The answer of an authenticator, in the form that the platform accepts. */
function credentialJson(credential: PublicKeyCredential) {
	const { id, type, authenticatorAttachment, response } = credential;
	const common = {
		id,
		rawId: id,
		type,
		authenticatorAttachment,
		clientExtensionResults: {},
	};
	const clientDataJSON = toBase64url(response.clientDataJSON);

	if ("attestationObject" in response) {
		const made = response as AuthenticatorAttestationResponse;

		return {
			...common,
			response: {
				clientDataJSON,
				attestationObject: toBase64url(made.attestationObject),
				transports: made.getTransports(),
			},
		};
	}
	const shown = response as AuthenticatorAssertionResponse;

	return {
		...common,
		response: {
			clientDataJSON,
			authenticatorData: toBase64url(shown.authenticatorData),
			signature: toBase64url(shown.signature),
			userHandle: shown.userHandle ? toBase64url(shown.userHandle) : null,
		},
	};
}

export function passkeysWork(): boolean {
	return "PublicKeyCredential" in window;
}

/** Can the browser offer passkeys as suggestions of the address field? */
export async function autofillWorks(): Promise<boolean> {
	if (!passkeysWork() || !("isConditionalMediationAvailable" in PublicKeyCredential)) return false;
	return await PublicKeyCredential.isConditionalMediationAvailable();
}

export async function makePasskey(json: CreationJson) {
	const made = await navigator.credentials.create({ publicKey: creationOptions(json) });

	return made ? credentialJson(made as PublicKeyCredential) : null;
}

type Asking = { mediation?: CredentialMediationRequirement; signal?: AbortSignal };

export async function showPasskey(json: RequestJson, asking: Asking = {}) {
	const shown = await navigator.credentials.get({ publicKey: requestOptions(json), ...asking });

	return shown ? credentialJson(shown as PublicKeyCredential) : null;
}

/** A text for a browser's refusal; most often the person closed its window. */
export function passkeyFailure(error: unknown): string | null {
	if (!(error instanceof DOMException)) return null;
	if (error.name === "InvalidStateError") return "This device already has a passkey for your account.";
	if (error.name === "NotAllowedError" || error.name === "AbortError")
		return "The browser was not allowed to use a passkey, or it took too long. Try again.";
	return "The browser could not use a passkey here.";
}
