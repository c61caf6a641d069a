// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";

import {
	autofillWorks,
	fromBase64url,
	makePasskey,
	passkeyFailure,
	passkeysWork,
	showPasskey,
	toBase64url,
} from "@/lib/webauthn";

import { fakePasskeys } from "@tests/fake-passkeys";

test.each([
	["", []],
	["_-8", [255, 239]],
	["AAEC", [0, 1, 2]],
	["-_-_", [251, 255, 191]],
])("%s is base64url there and back", (text, bytes) => {
	expect([...fromBase64url(text)]).toEqual(bytes);
	expect(toBase64url(Uint8Array.from(bytes).buffer)).toBe(text);
});

test("a passkey is made from what the platform asked, and told in its form", async () => {
	const browser = fakePasskeys();
	const made = await makePasskey({
		challenge: "AAEC",
		rp: { id: "localhost", name: "Cameleer" },
		user: { id: "_-8", name: "o@example.test", displayName: "Olive" },
		pubKeyCredParams: [{ type: "public-key", alg: -7 }],
		excludeCredentials: [{ type: "public-key", id: "AQID" }],
	});
	const asked = browser.create.mock.calls[0]?.[0].publicKey;

	expect([...new Uint8Array(asked?.challenge as ArrayBuffer)]).toEqual([0, 1, 2]);
	expect([...new Uint8Array(asked?.user.id as ArrayBuffer)]).toEqual([255, 239]);
	expect([...new Uint8Array(asked?.excludeCredentials?.[0]?.id as ArrayBuffer)]).toEqual([1, 2, 3]);
	expect(made).toMatchObject({
		id: "Y3JlZA",
		rawId: "Y3JlZA",
		type: "public-key",
		response: { clientDataJSON: "Y2xpZW50", attestationObject: "YXR0ZXN0YXRpb24", transports: ["internal"] },
	});
});

test("a passkey is shown, among suggestions if wanted", async () => {
	const browser = fakePasskeys();
	const shown = await showPasskey({ challenge: "AAEC" }, { mediation: "conditional" });

	expect(browser.get.mock.calls[0]?.[0].mediation).toBe("conditional");
	expect(shown).toMatchObject({
		response: {
			authenticatorData: "ZGF0YQ",
			clientDataJSON: "Y2xpZW50",
			signature: "c2lnbmF0dXJl",
			userHandle: "dXNlcg",
		},
	});
});

test("what a browser cannot do is not offered", async () => {
	expect(passkeysWork()).toBe(false);
	expect(await autofillWorks()).toBe(false);
	fakePasskeys();
	expect(passkeysWork()).toBe(true);
	expect(await autofillWorks()).toBe(false);
	fakePasskeys({ autofill: true });
	expect(await autofillWorks()).toBe(true);
});

test("a browser's refusal has words; other failures keep theirs", () => {
	expect(passkeyFailure(new DOMException("", "NotAllowedError"))).toContain("Try again");
	expect(passkeyFailure(new DOMException("", "InvalidStateError"))).toContain("already");
	expect(passkeyFailure(new Error("else"))).toBeNull();
});
