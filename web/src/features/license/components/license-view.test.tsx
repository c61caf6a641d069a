// SPDX-License-Identifier: Apache-2.0
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { LicenseView } from "@/features/license/components/license-view";
import * as save from "@/lib/download";

import { fakeApi, json, problemAnswer } from "@tests/fake-api";
import { draw } from "@tests/render";

const license = {
	version: 3,
	id: "l3",
	tier: "high",
	state: "active",
	token: "t",
	verdict: "active",
	reason: "it is valid",
	read: true,
	write: true,
	valid_until: "2026-04-01T09:15:10Z",
	grace_until: "2026-04-08T09:15:10Z",
	until: "2026-03-25T09:15:10Z",
};
const issue = { version: 3, id: "l3", tier: "high", state: "active", valid_until: license.valid_until,
	grace_until: license.grace_until, created_at: "2026-03-02T09:15:10Z" };

function platform(changes: Partial<typeof license>, more: Parameters<typeof fakeApi>[0] = {}) {
	return fakeApi({
		"GET /api/license": () => json(200, { ...license, ...changes }),
		"GET /api/license/versions": () => json(200, { items: [issue], next: null }),
		...more,
	});
}

test.each([
	[{}, "Reading and changing"],
	[{ verdict: "grace", write: false }, "Reading only"],
	[{ verdict: "expired", read: false, write: false }, "Nothing but reading this page, the plan"],
])("says what %o permits", async (changes, words) => {
	platform(changes);
	draw(<LicenseView tenant="acme" />);
	expect(await screen.findByText((text) => text.startsWith(words))).toBeTruthy();
	expect(await screen.findByText("Version 3")).toBeTruthy();
});

test("a tenant without a licence is told when it gets one", async () => {
	platform({}, {
		"GET /api/license": () => problemAnswer(404, { code: "no_license" }),
		"GET /api/license/versions": () => json(200, { items: [], next: null }),
	});
	draw(<LicenseView tenant="acme" />);
	expect(await screen.findByRole("heading", { name: "No licence yet" })).toBeTruthy();
	expect(screen.queryByRole("alert")).toBeNull();
	expect(screen.queryByRole("list")).toBeNull();
});

test("a revoked licence cannot be saved", async () => {
	platform({ verdict: "revoked", read: false, write: false });
	draw(<LicenseView tenant="acme" />);
	expect(await screen.findByText("Revoked")).toBeTruthy();
	expect(screen.queryByRole("button", { name: "Licence file" })).toBeNull();
});

test.each([
	["Licence file", "acme.license", "payload.signature"],
	["Licence as JWT", "acme.jwt", "a.b.c"],
	["Public keys", "license-keys.json", "{\"keys\":[]}"],
	["Revoked licences", "revocations.jwt", "x.y.z"],
])("saves %s", async (label, name, text) => {
	const saved = vi.spyOn(save, "downloadText").mockReturnValue();

	platform({}, {
		"GET /api/license/download": ({ query }) =>
			new Response(query.get("format") === "jwt" ? "a.b.c" : "payload.signature"),
		"GET /api/license/keys": () => json(200, { keys: [] }),
		"GET /api/license/revocations": () =>
			json(200, { serial: 1, token: "x.y.z", revoked: 0, created_at: issue.created_at }),
	});
	draw(<LicenseView tenant="acme" />);
	await userEvent.click(await screen.findByRole("button", { name: label }));
	await vi.waitFor(() => expect(saved).toHaveBeenCalledWith(name, "text/plain", text));
});

test("a refused download says why", async () => {
	platform({}, { "GET /api/license/download": () => problemAnswer(403, { code: "license_ended" }) });
	draw(<LicenseView tenant="acme" />);
	await userEvent.click(await screen.findByRole("button", { name: "Licence file" }));
	expect(await screen.findByRole("alert")).toBeTruthy();
});
