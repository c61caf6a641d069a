// SPDX-License-Identifier: Apache-2.0
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { PasskeyCard } from "@/features/auth/components/passkey-card";
import { EmailCard, PasswordCard } from "@/features/auth/components/profile-card";
import { SessionList } from "@/features/auth/components/session-list";

import { fakeApi, json, problemAnswer } from "@tests/fake-api";
import { fakePasskeys } from "@tests/fake-passkeys";
import { draw } from "@tests/render";

const account = { id: "a1", email: "o@example.test", name: "Olive" };
const page = (...items: unknown[]) => json(200, { items, next: null });
const laptop = { id: "p1", name: "Laptop", created_at: "2026-01-01T00:00:00Z", used_at: null, version: 2 };
const offer = {
	challenge: "AAEC",
	rp: { id: "localhost", name: "Cameleer" },
	user: { id: "AQ", name: "o@example.test", displayName: "Olive" },
	pubKeyCredParams: [{ type: "public-key", alg: -7 }],
	excludeCredentials: [],
};

test("a passkey is added under a name", async () => {
	let items: unknown[] = [];
	const fake = fakeApi({
		"GET /api/auth/passkeys": () => page(...items),
		"POST /api/auth/passkeys/options": () => json(200, offer),
		"POST /api/auth/passkeys": () => {
			items = [laptop];
			return json(201, laptop);
		},
	});

	fakePasskeys();
	draw(<PasskeyCard />);
	await userEvent.type(screen.getByLabelText("Name of the new passkey"), "Laptop");
	await userEvent.click(screen.getByRole("button", { name: "Add a passkey" }));
	expect(await screen.findByText("Laptop")).toBeTruthy();
	expect(fake.calls.find(({ path, method }) => method === "POST" && path === "/api/auth/passkeys")?.body).toMatchObject({
		name: "Laptop",
		response: { id: "Y3JlZA", response: { attestationObject: "YXR0ZXN0YXRpb24" } },
	});
});

test("a device that has one already is said to", async () => {
	const browser = fakePasskeys();

	fakeApi({ "GET /api/auth/passkeys": () => page(), "POST /api/auth/passkeys/options": () => json(200, offer) });
	browser.create.mockRejectedValue(new DOMException("", "InvalidStateError"));
	draw(<PasskeyCard />);
	await userEvent.click(await screen.findByRole("button", { name: "Add a passkey" }));
	expect((await screen.findByRole("alert")).textContent).toContain("already has a passkey for your account");
});

test("a passkey is renamed at the version that was seen, and removed after a question", async () => {
	const fake = fakeApi({
		"GET /api/auth/passkeys": () => page(laptop),
		"PATCH /api/auth/passkeys/p1": () => json(200, laptop),
		"DELETE /api/auth/passkeys/p1": () => problemAnswer(403, { code: "factor_required", detail: "set up another one first" }),
	});

	fakePasskeys();
	draw(<PasskeyCard />);
	await userEvent.click(await screen.findByRole("button", { name: "Rename Laptop" }));
	await userEvent.type(screen.getByLabelText("Name"), " two");
	await userEvent.click(screen.getByRole("button", { name: "Rename" }));
	await vi.waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
	const change = fake.calls.find(({ method }) => method === "PATCH");
	expect(change?.body).toEqual({ name: "Laptop two" });
	expect(change?.headers.get("If-Match")).toBe('"2"');
	await userEvent.click(screen.getByRole("button", { name: "Remove Laptop" }));
	await userEvent.click(screen.getByRole("button", { name: "Remove" }));
	expect((await screen.findByRole("alert")).textContent).toContain("set up another one first");
});

test("a password is changed, and the fields forget it", async () => {
	const fake = fakeApi({ "POST /api/auth/me/password": () => json(204, null) });

	draw(<PasswordCard />);
	await userEvent.type(screen.getByLabelText("Current password"), "old one");
	await userEvent.type(screen.getByLabelText("New password"), "a new and longer one");
	await userEvent.click(screen.getByRole("button", { name: "Change password" }));
	expect(await screen.findByText("Your password was changed")).toBeTruthy();
	expect(fake.calls[0]?.body).toEqual({ old: "old one", new: "a new and longer one" });
	expect(screen.getByLabelText<HTMLInputElement>("Current password").value).toBe("");
});

test("a new address wants both links followed", async () => {
	fakeApi({ "POST /api/auth/me/email": () => json(202, {}) });
	draw(<EmailCard account={account} />);
	await userEvent.type(screen.getByLabelText("New e-mail"), "new@example.test{Enter}");
	expect((await screen.findByText("Two messages are on their way")).parentElement?.textContent).toContain(
		"One to o@example.test, one to new@example.test",
	);
});

const here = { id: "s1", kind: "cookie", client_ip: "192.0.2.1", user_agent: "Firefox/140", current: true };

test("one, all others, or all sessions are ended", async () => {
	const onAllEnded = vi.fn();
	const fake = fakeApi({
		"GET /api/auth/sessions": () => page(here, { ...here, id: "s2", user_agent: "curl/8", current: false }),
		"DELETE /api/auth/sessions/s2": () => json(204, null),
		"POST /api/auth/sessions/revoke": () => json(204, null),
	});

	draw(<SessionList onAllEnded={onAllEnded} />);
	await userEvent.click(await screen.findByRole("button", { name: "End the session on curl" }));
	await vi.waitFor(() => expect(fake.count("DELETE", "/api/auth/sessions/s2")).toBe(1));
	await userEvent.click(screen.getByRole("button", { name: "End all others" }));
	await userEvent.click(screen.getByRole("button", { name: "End sessions" }));
	await vi.waitFor(() => expect(fake.count("POST", "/api/auth/sessions/revoke")).toBe(1));
	expect(onAllEnded).not.toHaveBeenCalled();
	const [all] = screen.getAllByRole("button", { name: "End all" });
	if (all) await userEvent.click(all);
	const buttons = screen.getAllByRole("button", { name: "End all" });
	const confirm = buttons.at(-1);
	if (confirm) await userEvent.click(confirm);
	await vi.waitFor(() => expect(onAllEnded).toHaveBeenCalledTimes(1));
	expect(fake.calls.filter(({ path }) => path.endsWith("/revoke")).map(({ body }) => body)).toEqual([
		{ which: "others" },
		{ which: "all" },
	]);
});
