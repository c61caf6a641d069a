// SPDX-License-Identifier: Apache-2.0
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { ServiceList } from "@/features/tokens/components/service-list";
import { TokenList } from "@/features/tokens/components/token-list";
import { everythingByName } from "@/lib/wanted";

import { fakeApi, json, problemAnswer } from "@tests/fake-api";
import { draw } from "@tests/render";

const token = {
	id: "k1",
	name: "build server",
	hint: "clr_abcd",
	scopes: ["app.read"],
	replaced_by: null,
	created_at: "2026-01-01T00:00:00Z",
	expires_at: "2126-01-01T00:00:00Z",
	used_at: null,
};
const page = (...items: unknown[]) => json(200, { items, next: null });
const list = { wanted: everythingByName, onWanted: vi.fn() };
const mine = { tenant: "demo", service: null };
const scopes = [
	{ name: "app.read", about: "See applications." },
	{ name: "app.deploy", about: "Deploy." },
];

test("a token is made within chosen scopes, and shown once", async () => {
	let items: unknown[] = [];
	const fake = fakeApi({
		"GET /api/auth/tokens": () => page(...items),
		"POST /api/auth/tokens": () => {
			items = [token];
			return json(201, { ...token, token: "clr_abcdefgh_123456" });
		},
	});

	draw(<TokenList {...list} keeper={mine} title="Your tokens" scopes={scopes} />);
	expect(await screen.findByText("No token yet")).toBeTruthy();
	await userEvent.click(screen.getByRole("button", { name: "New token" }));
	await userEvent.type(screen.getByLabelText("Name"), "build server");
	await userEvent.selectOptions(screen.getByLabelText("Expires in"), "90 days");
	await userEvent.click(screen.getByLabelText(/^app\.deploy/));
	await userEvent.click(screen.getByRole("button", { name: "Create token" }));
	expect((await screen.findByLabelText("Token")).textContent).toBe("clr_abcdefgh_123456");
	expect(fake.calls.find(({ method }) => method === "POST")?.body).toEqual({
		name: "build server",
		scopes: ["app.deploy"],
		expires_in_days: 90,
	});
	await userEvent.click(screen.getByRole("button", { name: "I have saved it" }));
	expect(screen.queryByText("clr_abcdefgh_123456")).toBeNull();
	expect(await screen.findByText("clr_abcd…")).toBeTruthy();
});

test("no scope, no token: the platform's word stands at the field", async () => {
	fakeApi({
		"GET /api/auth/tokens": () => page(),
		"POST /api/auth/tokens": () => problemAnswer(422, { errors: [{ field: "scopes", detail: "1 to 50 of them" }] }),
	});
	draw(<TokenList {...list} keeper={mine} title="Your tokens" scopes={scopes} />);
	await userEvent.click(await screen.findByRole("button", { name: "New token" }));
	await userEvent.type(screen.getByLabelText("Name"), "ci");
	await userEvent.click(screen.getByRole("button", { name: "Create token" }));
	expect(await screen.findByText("1 to 50 of them")).toBeTruthy();
});

test("a token is rotated with an overlap", async () => {
	const fake = fakeApi({
		"GET /api/auth/tokens": () => page(token),
		"POST /api/auth/tokens/k1/rotate": () => json(201, { ...token, id: "k2", token: "clr_new_654321" }),
	});

	draw(<TokenList {...list} keeper={mine} title="Your tokens" scopes={scopes} />);
	await userEvent.click(await screen.findByRole("button", { name: "Rotate build server" }));
	const hours = screen.getByLabelText("Hours until the old token expires");
	await userEvent.clear(hours);
	await userEvent.type(hours, "168");
	await userEvent.click(screen.getByRole("button", { name: "Create the new token" }));
	expect((await screen.findByLabelText("Token")).textContent).toBe("clr_new_654321");
	expect(fake.calls.find(({ method }) => method === "POST")?.body).toEqual({ overlap_hours: 168 });
});

test("a token is revoked after a question; one that is spent is not rotated", async () => {
	const fake = fakeApi({
		"GET /api/auth/tokens": () => page(token, { ...token, id: "k0", name: "old", expires_at: "2020-01-01T00:00:00Z" }),
		"DELETE /api/auth/tokens/k1": () => json(204, null),
	});

	draw(<TokenList {...list} keeper={mine} title="Your tokens" scopes={scopes} />);
	await userEvent.click(await screen.findByRole("button", { name: "Revoke build server" }));
	expect(fake.count("DELETE", "/api/auth/tokens/k1")).toBe(0);
	await userEvent.click(screen.getByRole("button", { name: "Revoke" }));
	await vi.waitFor(() => expect(fake.count("DELETE", "/api/auth/tokens/k1")).toBe(1));
	expect(screen.getByText("Expired")).toBeTruthy();
	expect(screen.queryByRole("button", { name: "Rotate old" })).toBeNull();
});

test("tokens of a service account have their own address", async () => {
	fakeApi({ "GET /api/auth/service-accounts/s1/tokens": () => page(token) });
	draw(<TokenList {...list} keeper={{ tenant: "demo", service: "s1" }} title="Its tokens" scopes={[]} />);
	expect(await screen.findByText("clr_abcd…")).toBeTruthy();
});

test("service accounts are made and deleted", async () => {
	let items: unknown[] = [];
	const fake = fakeApi({
		"GET /api/auth/service-accounts": () => page(...items),
		"POST /api/auth/service-accounts": ({ body }) => {
			items = [{ id: "s1", ...(body as object), tokens: 0, used_at: null }];
			return json(201, items[0]);
		},
		"DELETE /api/auth/service-accounts/s1": () => {
			items = [];
			return json(204, null);
		},
	});

	draw(<ServiceList {...list} tenant="demo" roles={["admin", "developer"]} link={({ name }) => name} />);
	await userEvent.click(await screen.findByRole("button", { name: "New service account" }));
	await userEvent.type(screen.getByLabelText("Name"), "pipeline");
	await userEvent.click(screen.getByRole("button", { name: "Create account" }));
	expect(await screen.findByText("pipeline")).toBeTruthy();
	expect(fake.calls.find(({ method }) => method === "POST")?.body).toEqual({ name: "pipeline", role: "developer" });
	await userEvent.click(screen.getByRole("button", { name: "Delete pipeline" }));
	await userEvent.click(screen.getByRole("button", { name: "Delete" }));
	expect(await screen.findByText("No service account yet")).toBeTruthy();
});

test("who may not manage tokens is told who can change that", async () => {
	fakeApi({ "GET /api/auth/service-accounts": () => problemAnswer(403, { detail: "an owner can give another role" }) });
	draw(<ServiceList {...list} tenant="demo" roles={[]} link={({ name }) => name} />);
	expect((await screen.findByRole("alert")).textContent).toContain("an owner can give another role");
});
