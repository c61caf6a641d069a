// SPDX-License-Identifier: Apache-2.0
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { DomainCard } from "@/features/sso/components/domain-card";
import { EnforceCard } from "@/features/sso/components/enforce-card";
import { ProviderCard } from "@/features/sso/components/provider-card";
import { refusal } from "@/features/sso/components/refusal";
import { SsoSignIn } from "@/features/sso/components/sso-sign-in";
import codes from "@/lib/codes.json";
import * as leave from "@/lib/navigate";

import { fakeApi, json, problemAnswer } from "@tests/fake-api";
import { draw } from "@tests/render";

const provider = {
	issuer: "https://login.acme.example",
	client_id: "cameleer",
	default_role: "viewer",
	group_claim: "groups",
	group_roles: { ops: "admin" },
	proven_at: "2026-01-01T00:00:00Z",
	enforced: false,
	break_glass: null,
	redirect_uri: "https://localhost/api/sso/callback/demo",
	logout_uri: "https://localhost/api/sso/logout/demo",
	version: 3,
};
const roles = ["owner", "admin", "viewer"];

test("an address leads to the provider of its domain's tenant", async () => {
	const gone = vi.spyOn(leave, "leaveConsole").mockReturnValue();
	const fake = fakeApi({ "GET /api/sso/discover": () => json(200, { tenant: "demo" }) });

	draw(<SsoSignIn tenant={undefined} back="/tenants/demo/apps" />);
	await userEvent.type(screen.getByLabelText("E-mail"), "ann@example.com{Enter}");
	await vi.waitFor(() =>
		expect(gone).toHaveBeenCalledWith("/api/sso/start?tenant=demo&return=%2Ftenants%2Fdemo%2Fapps"),
	);
	expect(fake.calls[0]?.query.get("email")).toBe("ann@example.com");
});

test("a domain that nobody has says so and stays", async () => {
	const gone = vi.spyOn(leave, "leaveConsole").mockReturnValue();

	fakeApi({ "GET /api/sso/discover": () => json(200, { tenant: null }) });
	draw(<SsoSignIn tenant={undefined} back="/" />);
	await userEvent.type(screen.getByLabelText("E-mail"), "ann@example.org{Enter}");
	expect(await screen.findByText("No organisation uses that domain to sign in")).toBeTruthy();
	expect(gone).not.toHaveBeenCalled();
});

test("a known tenant needs no address", async () => {
	const gone = vi.spyOn(leave, "leaveConsole").mockReturnValue();

	draw(<SsoSignIn tenant="demo" back="/" />);
	await userEvent.click(screen.getByRole("button", { name: "Sign in with the provider of demo" }));
	expect(gone).toHaveBeenCalledWith("/api/sso/start?tenant=demo&return=%2F");
});

test("a provider is set up; no group and no default makes an owner", async () => {
	const fake = fakeApi({
		"GET /api/sso/provider": () => problemAnswer(404),
		"PUT /api/sso/provider": () => json(200, provider),
	});

	draw(<ProviderCard tenant="demo" roles={roles} />);
	await userEvent.type(await screen.findByLabelText("Issuer"), "https://login.acme.example");
	await userEvent.type(screen.getByLabelText("Client ID"), "cameleer");
	await userEvent.type(screen.getByLabelText("Client secret"), "s3cret");
	await userEvent.click(screen.getByRole("button", { name: "Add a group" }));
	await userEvent.type(screen.getByLabelText("Group 1"), "ops");
	expect(screen.queryAllByRole("option", { name: "Owner" })).toHaveLength(0);
	await userEvent.selectOptions(screen.getByLabelText("Role of group 1"), "Admin");
	await userEvent.click(screen.getByRole("button", { name: "Set up" }));
	await vi.waitFor(() => expect(fake.count("PUT", "/api/sso/provider")).toBe(1));
	expect(fake.calls.find(({ method }) => method === "PUT")?.body).toEqual({
		issuer: "https://login.acme.example",
		client_id: "cameleer",
		client_secret: "s3cret",
		default_role: "viewer",
		group_roles: { ops: "admin" },
	});
});

test("the secret is never shown, and stays when left empty", async () => {
	const fake = fakeApi({
		"GET /api/sso/provider": () => json(200, provider),
		"PUT /api/sso/provider": () => json(200, provider),
	});

	draw(<ProviderCard tenant="demo" roles={roles} />);
	expect((await screen.findByLabelText("Redirect address")).textContent).toBe(provider.redirect_uri);
	expect(screen.getByLabelText<HTMLInputElement>("Client secret").value).toBe("");
	await userEvent.click(screen.getByRole("button", { name: "Remove group 1" }));
	await userEvent.click(screen.getByRole("button", { name: "Save" }));
	await vi.waitFor(() => expect(fake.count("PUT", "/api/sso/provider")).toBe(1));
	const body = fake.calls.find(({ method }) => method === "PUT")?.body;
	expect(body).not.toHaveProperty("client_secret");
	expect(body).toMatchObject({ group_roles: {}, group_claim: "groups" });
});

test("the addresses to register and the guides are there before a provider is", async () => {
	fakeApi({ "GET /api/sso/provider": () => problemAnswer(404) });
	draw(<ProviderCard tenant="demo" roles={roles} />);
	expect((await screen.findByLabelText("Redirect address")).textContent).toBe(
		`${window.location.origin}/api/sso/callback/demo`,
	);
	for (const name of ["Microsoft Entra ID", "Google Workspace", "Okta", "Keycloak", "Authelia", "Azure AD B2C"])
		expect(screen.getByText(name)).toBeTruthy();
	expect(screen.getByText(/add the optional claim email/)).toBeTruthy();
});

test("the address of the metadata is sent when there is one", async () => {
	const fake = fakeApi({
		"GET /api/sso/provider": () => json(200, provider),
		"PUT /api/sso/provider": () => json(200, provider),
	});
	const place = "https://login.acme.example/acme/b2c_1/v2.0/.well-known/openid-configuration";

	draw(<ProviderCard tenant="demo" roles={roles} />);
	await userEvent.type(await screen.findByLabelText("Metadata address"), place);
	await userEvent.click(screen.getByRole("button", { name: "Save" }));
	await vi.waitFor(() => expect(fake.count("PUT", "/api/sso/provider")).toBe(1));
	expect(fake.calls.find(({ method }) => method === "PUT")?.body).toMatchObject({ metadata_url: place });
});

test("a test tells what came of it", async () => {
	let good = false;

	fakeApi({
		"GET /api/sso/provider": () => json(200, provider),
		"POST /api/sso/provider/test": () =>
			json(200, good ? { good, problem: null, keys: 2, algorithms: "RS256 ES256", advice: "Anybody can" } : { good, problem: "it redirects", keys: 0 }),
	});
	draw(<ProviderCard tenant="demo" roles={roles} />);
	await userEvent.click(await screen.findByRole("button", { name: "Test" }));
	expect((await screen.findByRole("alert")).textContent).toContain("it redirects");
	good = true;
	await userEvent.click(screen.getByRole("button", { name: "Test" }));
	expect(await screen.findByText("The provider works")).toBeTruthy();
	expect(screen.getByText("Anybody can")).toBeTruthy();
});

test("a plan without single sign-on says who can change it", async () => {
	fakeApi({ "GET /api/sso/provider": () => problemAnswer(403, { code: "not_entitled", detail: "an owner can choose plan high" }) });
	draw(<ProviderCard tenant="demo" roles={roles} />);
	expect((await screen.findByRole("alert")).textContent).toContain("an owner can choose plan high");
});

test("a domain is claimed and proven by its record", async () => {
	let domain: object | null = null;
	const claimed = { domain: "example.com", txt_name: "_cameleer.example.com", txt_value: "cameleer=abc", verified_at: null };
	let found = false;

	fakeApi({
		"GET /api/sso/domains": () => json(200, { items: domain ? [domain] : [], next: null }),
		"POST /api/sso/domains": () => {
			domain = claimed;
			return json(201, claimed);
		},
		"POST /api/sso/domains/example.com/verify": () => {
			if (found) domain = { ...claimed, verified_at: "2026-01-01T00:00:00Z" };
			return json(200, { domain: "example.com", verified_at: null, problem: found ? null : "no such record yet" });
		},
	});
	draw(<DomainCard tenant="demo" />);
	await userEvent.type(screen.getByLabelText("Domain"), " Example.com {Enter}");
	expect((await screen.findByLabelText("Value of the record of example.com")).textContent).toBe("cameleer=abc");
	await userEvent.click(screen.getByRole("button", { name: "Check now: the record of example.com" }));
	expect((await screen.findByRole("alert")).textContent).toContain("no such record yet");
	found = true;
	await userEvent.click(screen.getByRole("button", { name: "Check now: the record of example.com" }));
	expect(await screen.findByText("Confirmed")).toBeTruthy();
});

test("enforcing names the owner who may come without", async () => {
	const fake = fakeApi({
		"GET /api/sso/provider": () => json(200, provider),
		"PUT /api/sso/enforce": () => problemAnswer(409, { detail: "sign in by the provider once first" }),
	});

	draw(<EnforceCard tenant="demo" owners={[{ id: "m1", name: "Olive" }]} finding={{ q: "", onQ: vi.fn(), more: false }} />);
	await userEvent.click(await screen.findByRole("button", { name: "Require it" }));
	expect((await screen.findByRole("alert")).textContent).toContain("sign in by the provider once first");
	expect(fake.calls.find(({ method }) => method === "PUT")?.body).toEqual({ enforced: true, break_glass: "m1" });
});

test("codes of refusals have words, unknown ones too, and none are the address's own", () => {
	expect(refusal("sso_ticket_not_valid")).toContain("Start again");
	expect(refusal("<b>anything</b>")).not.toContain("anything");
	// What the way to a provider and back can end with; the others are answers to the API.
	const api = ["sso_enforced", "sso_not_proven", "sso_required", "sso_session_bound"];
	for (const code of Object.keys(codes).filter((name) => name.startsWith("sso_") && !api.includes(name)))
		expect([code, refusal(code)]).not.toEqual([code, refusal("anything")]);
});
