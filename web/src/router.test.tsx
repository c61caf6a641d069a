// SPDX-License-Identifier: Apache-2.0
/*
 * The app as a whole, in front of a platform that the test describes.
 */
import { act, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, test, vi } from "vitest";

import { App } from "@/app";
import { tenantHeader } from "@/lib/api";
import type { Grant } from "@/lib/permission";
import type * as Router from "@/router";

import { fakeApi, json, problemAnswer } from "@tests/fake-api";
import { everything, granted } from "@tests/grants";

const account = { id: "a1", email: "owner@example.test", name: "Olive" };
const demo = { id: "t1", slug: "demo", name: "Demo", tier: "low", role: "owner", state: "active" };
const globex = { ...demo, id: "t2", slug: "globex", name: "Globex" };

type State = { signedIn: boolean; grants: Grant[] };

function platform(more: Parameters<typeof fakeApi>[0] = {}, initial: Partial<State> = {}) {
	const state: State = { signedIn: true, grants: everything, ...initial };
	const tenants = [demo, globex];
	const fake = fakeApi({
		"GET /api/auth/me": ({ headers }) => {
			const tenant = headers.get(tenantHeader);

			if (!state.signedIn) return problemAnswer(401);
			if (tenant !== null && !tenants.some(({ slug }) => slug === tenant))
				return problemAnswer(404, { code: "no_such_tenant" });
			return json(200, { account, tenant, tenants, rule: null, permissions: tenant === null ? [] : state.grants });
		},
		"POST /api/auth/login": () => {
			state.signedIn = true;
			return json(200, { account, tenants, tenant: null, expires_in: 600 });
		},
		"GET /api/tenants": () => json(200, { items: [demo, globex], next: null }),
		"GET /api/tenants/permissions": () =>
			json(200, { items: [{ name: "audit.read", about: "Read the audit log.", scope: "tenant" }], next: null }),
		"GET /api/tenants/operations": () => json(200, { items: [], next: null }),
		"GET /api/tenants/stores": () => json(200, { items: [], next: null }),
		"GET /api/apps": () => json(200, { items: [], next: null }),
		"POST /api/auth/refresh": () => problemAnswer(401),
		...more,
	});

	return { ...fake, state };
}

let last: ReturnType<typeof Router.createApp> | undefined;

vi.mock("@/router", async (load) => {
	const real = await load<typeof Router>();

	return { ...real, createApp: () => (last = real.createApp()) };
});

/** Opens the console at an address. */
function open(path: string) {
	window.history.replaceState(null, "", path);
	render(<App />);
}

/** Asks the platform again what the page shows. */
function refetch(...queryKey: string[]) {
	return act(() => last?.queryClient.refetchQueries({ queryKey }) ?? Promise.resolve());
}

test("who is not signed in is led to sign in, and remembers where to", async () => {
	const fake = platform({}, { signedIn: false });

	open("/tenants/demo/apps?x=1");
	expect(await screen.findByRole("heading", { name: "Sign in" })).toBeTruthy();
	expect(window.location.pathname).toBe("/sign-in");
	expect(new URLSearchParams(window.location.search).get("next")).toBe("/tenants/demo/apps?x=1");
	expect(screen.queryByText("Your session has ended")).toBeNull();
	// One request and one refresh, not a loop.
	await new Promise((resolve) => setTimeout(resolve, 50));
	expect(fake.calls).toHaveLength(2);
});

test("an operator begins at the places", async () => {
	platform({
		"GET /api/auth/me": () =>
			json(200, { account, tenant: null, tenants: [], rule: null, permissions: granted("platform.place.read") }),
		"GET /api/tenants": () => json(200, { items: [], next: null }),
		"GET /api/auth/platform/places": () => json(200, { items: [], next: null }),
	});
	open("/");
	expect(await screen.findByRole("heading", { name: "Places" })).toBeTruthy();
	expect(window.location.pathname).toBe("/platform/places");
	expect(screen.getByRole("link", { name: "Places" })).toBeTruthy();
	await userEvent.click(screen.getByRole("button", { name: /^Tenant/ }));
	expect(screen.getAllByRole("menuitem").map(({ textContent }) => textContent)).toEqual(["All tenants"]);
	await userEvent.click(screen.getByRole("menuitem", { name: "All tenants" }));
	expect(await screen.findByText("No tenant yet")).toBeTruthy();
	expect(screen.queryByRole("link", { name: "New tenant" })).toBeNull();
});

test("a person has no link to the places", async () => {
	platform();
	open("/sessions");
	expect(await screen.findByRole("link", { name: "Sessions" })).toBeTruthy();
	expect(screen.queryByRole("link", { name: "Places" })).toBeNull();
});

test.each(["places", "operations", "isolation"])("%s says who may open it", async (page) => {
	const fake = platform();

	open(`/platform/${page}`);
	expect(await screen.findByRole("heading", { name: "You cannot open this page" })).toBeTruthy();
	expect(screen.getByText(/Only operators of the platform can have it/)).toBeTruthy();
	expect(fake.count("GET", `/api/auth/platform/${page}`)).toBe(0);
});

describe("a tenant beyond the first page of the list", () => {
	const listed = () =>
		platform({
			"GET /api/tenants": ({ query }) =>
				query.get("q") === "demo" && query.get("after") === "more"
					? json(200, { items: [demo], next: null })
					: json(200, { items: [globex], next: "more" }),
			"GET /api/billing/plans": () =>
				json(200, { items: [{ tier: "low", title: "Low", about: "Small.", rows: [] }], next: null }),
		}, { grants: granted("tenant.read", "license.read") });

	test("has a name, a state and a licence", async () => {
		listed();
		open("/tenants/demo");
		expect(await screen.findByRole("heading", { name: "Demo" })).toBeTruthy();
		expect(screen.getByText("Active")).toBeTruthy();
		expect(screen.getByRole("link", { name: "Licence" })).toBeTruthy();
	});

	test("has a plan", async () => {
		listed();
		open("/tenants/demo/plan");
		expect(await screen.findByRole("list", { name: "What plan Low includes" })).toBeTruthy();
	});

	test("stands in the switcher, which leads on to the search", async () => {
		listed();
		open("/tenants/demo");
		await userEvent.click(await screen.findByRole("button", { name: /^Tenant\s*Demo/ }));
		expect(await screen.findByText("The first 1 of your tenants")).toBeTruthy();
		expect(screen.getAllByRole("menuitem").map(({ textContent }) => textContent)).toEqual([
			"Demo",
			"Globex",
			"Search all tenants",
			"New tenant",
		]);
	});
});

test.each(["https://evil.example/", "//evil.example/", "/\\evil.example/"])(
	"signing in never leads on to %s",
	async (next) => {
		platform({}, { signedIn: false });
		open(`/sign-in?next=${encodeURIComponent(next)}`);
		await userEvent.type(await screen.findByLabelText("E-mail"), account.email);
		await userEvent.type(screen.getByLabelText("Password"), "correct horse battery");
		await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
		expect(await screen.findByRole("heading", { name: "Applications" })).toBeTruthy();
		expect(window.location.pathname).toBe("/tenants/demo/apps");
	},
);

test("signing in leads on to where one wanted to go, with all of the address", async () => {
	platform(
		{ "GET /api/auth/device/WXYZ-BCDF": () => json(200, { client_name: "cameleerctl", client_ip: null }) },
		{ signedIn: false },
	);
	open("/device#code=WXYZ-BCDF");
	await userEvent.type(await screen.findByLabelText("E-mail"), account.email);
	await userEvent.type(screen.getByLabelText("Password"), "correct horse battery{Enter}");
	expect(await screen.findByText("Sign in “cameleerctl”?")).toBeTruthy();
	expect(window.location.pathname + window.location.hash).toBe("/device");
});

test("who is new accepts an invitation, and then signs in", async () => {
	platform({
		"POST /api/auth/invitations/show": () =>
			json(200, { tenant: "Demo", email: "n@example.test", role: "viewer", inviter: "Olive", account_exists: false }),
		"POST /api/auth/invitations/accept": () => json(200, {}),
	}, { signedIn: false });
	open("/invitation#token=t0k");
	await userEvent.type(await screen.findByLabelText("Your name"), "Nora");
	expect(window.location.href).not.toContain("t0k");
	await userEvent.type(screen.getByLabelText("Password"), "a sentence to keep{Enter}");
	expect(await screen.findByText("Your account is ready, and you are a member")).toBeTruthy();
});

test("who has an account signs in on the way, and the link is not lost", async () => {
	const fake = platform({
		"POST /api/auth/invitations/show": () =>
			json(200, { tenant: "Globex", email: account.email, role: "viewer", inviter: "Olive", account_exists: true }),
		"POST /api/auth/invitations/accept": () => json(200, {}),
	}, { signedIn: false });

	open("/invitation#token=t0k");
	await userEvent.click(await screen.findByRole("link", { name: "Sign in" }));
	await userEvent.type(await screen.findByLabelText("E-mail"), account.email);
	await userEvent.type(screen.getByLabelText("Password"), "correct horse battery{Enter}");
	await userEvent.click(await screen.findByRole("button", { name: "Accept" }));
	expect(await screen.findByRole("heading", { name: "Tenants" })).toBeTruthy();
	expect(fake.calls.find(({ path }) => path.endsWith("/accept"))?.body).toEqual({ token: "t0k" });
});

test("a provider's refusal is worded by the console, whatever the address says", async () => {
	platform({}, { signedIn: false });
	open("/sign-in?problem=sso_ticket_not_valid&request=req-7");
	const alert = await screen.findByRole("alert");
	expect(alert.textContent).toContain("Start again");
	expect(alert.textContent).toContain("req-7");
});

test("a tenant that wants a second factor says so, and the page comes after it", async () => {
	let shown = false;

	platform({
		"GET /api/apps": () =>
			shown ? json(200, { items: [], next: null }) : problemAnswer(403, { code: "second_factor_required", detail: "rule" }),
		"GET /api/auth/factors": () => json(200, { totp: true, recovery_left: 3, passkeys: 0 }),
		"POST /api/auth/step-up": () => {
			shown = true;
			return json(204, null);
		},
	});
	open("/tenants/demo/apps");
	await userEvent.click(await screen.findByRole("button", { name: "Use your second factor" }));
	await userEvent.type(await screen.findByLabelText("Code"), "123456{Enter}");
	expect(await screen.findByText("No application yet")).toBeTruthy();
});

test("every request of a page names the tenant of its address", async () => {
	const fake = platform();
	const named = () => fake.calls.filter(({ path }) => path === "/api/apps").map(({ headers }) => headers.get(tenantHeader));

	open("/tenants/globex/apps");
	expect(await screen.findByText("No application yet")).toBeTruthy();
	expect(named()).toEqual(["globex"]);
	await userEvent.click(screen.getByRole("button", { name: /^Tenant/ }));
	await userEvent.click(await screen.findByRole("menuitem", { name: "Demo" }));
	await vi.waitFor(() => expect(window.location.pathname).toBe("/tenants/demo/apps"));
	expect(await screen.findByText("No application yet")).toBeTruthy();
	expect(named()).toEqual(["globex", "demo"]);
	// What the first page showed is asked of the first tenant still.
	await refetch("tenant", "globex", "apps");
	expect(named()).not.toContain(null);
});

test("a tenant that is not mine is like one that does not exist", async () => {
	const fake = platform();

	open("/tenants/initech/apps");
	expect(await screen.findByText("This page does not exist")).toBeTruthy();
	expect(fake.count("GET", "/api/apps")).toBe(0);
	const links = within(screen.getByRole("navigation", { name: "Main" })).getAllByRole("link");
	expect(links.map(({ textContent }) => textContent)).toEqual(["Tenants", "Security", "Sessions"]);
	expect(screen.getByRole("button", { name: /^Tenant/ }).textContent).toBe("TenantChoose a tenant");
});

test("who is removed from a tenant while at work is told so, and loses its navigation", async () => {
	const gone = () => problemAnswer(404, { code: "no_such_tenant" });
	let removed = false;
	const me = { account, rule: null, permissions: everything };
	const fake = platform({
		"GET /api/apps": () => (removed ? gone() : json(200, { items: [], next: null })),
		"GET /api/auth/me": ({ headers }) =>
			removed && headers.has(tenantHeader) ? gone() : json(200, me),
	});

	open("/tenants/demo/apps");
	await screen.findByText("No application yet");
	removed = true;
	await refetch("tenant", "demo", "apps");
	expect(await screen.findByText("You no longer belong to demo")).toBeTruthy();
	expect(screen.queryByRole("link", { name: "Applications" })).toBeNull();
	expect(screen.queryByRole("alert")).toBeNull();
	// Told once: no loop of questions.
	const asked = fake.count("GET", "/api/auth/me");
	await new Promise((resolve) => setTimeout(resolve, 100));
	expect(fake.count("GET", "/api/auth/me")).toBe(asked);
	await userEvent.click(screen.getByRole("link", { name: "Go to your tenants" }));
	expect(await screen.findByRole("heading", { name: "Tenants" })).toBeTruthy();
});

test.each(["Demo", "de", "d%C3%A9mo", "demo%20x"])("%s is not the name of a tenant, and no request is sent", async (name) => {
	const fake = platform();

	open(`/tenants/${name}/apps`);
	expect(await screen.findByText("This page does not exist")).toBeTruthy();
	expect(fake.calls.filter(({ headers }) => headers.has(tenantHeader))).toEqual([]);
});

test.each([
	["/tenants", "tenants", "/api/tenants"],
	["/tenants/demo/apps", "applications", "/api/apps"],
	["/tenants/demo/team/members", "members", "/api/tenants/members"],
	["/tenants/demo/team/invitations", "invitations", "/api/tenants/invitations"],
	["/tenants/demo/team/teams", "teams", "/api/tenants/teams"],
	["/tenants/demo/tokens/mine", "tokens", "/api/auth/tokens"],
	["/tenants/demo/tokens/services", "service accounts", "/api/auth/service-accounts"],
])("%s searches its %s on the platform, and the words stand in the address", async (page, label, path) => {
	const empty = () => json(200, { items: [], next: null, total: 0 });
	const fake = platform({
		"GET /api/tenants/roles": empty,
		"GET /api/tenants/members": empty,
		"GET /api/tenants/invitations": empty,
		"GET /api/tenants/teams": empty,
		"GET /api/auth/tokens": empty,
		"GET /api/auth/service-accounts": empty,
	});
	const asked = () => fake.calls.filter((call) => call.path === path).map(({ query }) => query.get("q"));

	open(`${page}?q=2026`);
	const box = await screen.findByLabelText<HTMLInputElement>(`Search ${label}`);
	expect(box.value).toBe("2026");
	await vi.waitFor(() => expect(asked()).toContain("2026"));
	await userEvent.type(box, " x");
	await vi.waitFor(() => expect(asked()).toContain("2026 x"));
	expect(new URLSearchParams(window.location.search).get("q")).toBe("2026 x");
});

test("a session that ends while at work leads to sign in", async () => {
	let over = false;

	const { state } = platform({
		"GET /api/apps": () => (over ? problemAnswer(401) : json(200, { items: [], next: null })),
	});

	open("/tenants/demo/apps");
	await screen.findByText("No application yet");
	over = true;
	state.signedIn = false;
	await refetch("tenant");
	expect(await screen.findByRole("heading", { name: "Sign in" })).toBeTruthy();
	expect(screen.getByText("Your session has ended")).toBeTruthy();
	expect(new URLSearchParams(window.location.search).get("next")).toBe("/tenants/demo/apps");
});

test("a platform that is down is told, with a way to try again", async () => {
	let down = true;

	platform({ "GET /api/apps": () => (down ? problemAnswer(423, { title: "Down" }) : json(200, { items: [], next: null })) });
	open("/tenants/demo/apps");
	expect((await screen.findByRole("alert")).textContent).toContain("Down");
	down = false;
	await userEvent.click(screen.getByRole("button", { name: "Try again" }));
	expect(await screen.findByText("No application yet")).toBeTruthy();
	await vi.waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
});

describe("somebody with a role of the tenant's own", () => {
	const auditor = granted("tenant.read", "audit.read");
	const deployer = granted("tenant.read", "app.read", "app.deploy@dev", "log.read@dev");
	const environments = { items: [{ name: "dev" }, { name: "prod" }], next: null };
	const orders = { id: "o1", name: "orders", display_name: "Orders" };
	const app = {
		"GET /api/apps/environments": () => json(200, environments),
		"GET /api/apps/orders": () => json(200, orders),
		"GET /api/apps/orders/deployments": () => json(200, { items: [], next: null }),
		"GET /api/apps/orders/releases": () =>
			json(200, { items: [{ id: "r1", number: 1, state: "ready" }], next: null }),
	};

	async function navigation() {
		const main = await screen.findByRole("navigation", { name: "Main" });

		return within(main).getAllByRole("link").map(({ textContent }) => textContent);
	}

	test("sees only what the permissions open, and starts there", async () => {
		const fake = platform({}, { grants: auditor });

		open("/");
		expect(await screen.findByRole("heading", { name: "Demo" })).toBeTruthy();
		expect(await navigation()).toEqual([
			"Tenant status",
			"Plan",
			"Isolation",
			"Tokens",
			"Audit log",
			"Tenants",
			"Security",
			"Sessions",
		]);
		expect(screen.queryByRole("link", { name: "Applications" })).toBeNull();
		expect(fake.count("GET", "/api/apps")).toBe(0);
	});

	test("is told which permission a page needs and who gives it, and nothing is asked", async () => {
		const fake = platform({}, { grants: deployer });

		open("/tenants/demo/audit");
		expect(await screen.findByRole("heading", { name: "You cannot open this page" })).toBeTruthy();
		const main = screen.getByRole("main");

		expect(main.textContent).toContain("audit.read");
		expect(await within(main).findByText(/Read the audit log\./)).toBeTruthy();
		expect(main.textContent).toContain("Ask an owner or admin of Demo");
		expect(screen.queryByRole("alert")).toBeNull();
		expect(fake.calls.filter(({ path }) => path.startsWith("/api/tenants/audit"))).toEqual([]);
	});

	test("gets in as soon as the role is raised", async () => {
		const { state } = platform({}, { grants: auditor });

		open("/tenants/demo/apps");
		await screen.findByRole("heading", { name: "You cannot open this page" });
		state.grants = granted("tenant.read", "app.read");
		await userEvent.click(screen.getByRole("button", { name: "Check again" }));
		expect(await screen.findByText("No application yet")).toBeTruthy();
		expect(screen.queryByRole("link", { name: "New application" })).toBeNull();
	});

	test("is shown out when the role is lowered while a page is open", async () => {
		const { state } = platform();

		open("/tenants/demo/apps");
		await screen.findByText("No application yet");
		state.grants = auditor;
		await refetch("tenant", "demo", "access");
		expect(await screen.findByRole("heading", { name: "You cannot open this page" })).toBeTruthy();
	});

	test("deploys in the environments of the role and in no others", async () => {
		platform(app, { grants: deployer });
		open("/tenants/demo/apps/orders/deploy");
		expect(await screen.findByRole("button", { name: "Deploy release 1 to dev" })).toBeTruthy();
		expect(screen.getByRole("heading", { name: "prod" })).toBeTruthy();
		expect(screen.queryByRole("button", { name: "Deploy release 1 to prod" })).toBeNull();
		expect(screen.getByRole("link", { name: "Logs" })).toBeTruthy();
	});

	test("without log.read finds no tab for logs, and the page closed", async () => {
		platform(app, { grants: granted("tenant.read", "app.read") });
		open("/tenants/demo/apps/orders/logs");
		await screen.findByRole("heading", { name: "You cannot open this page" });
		expect(screen.getByRole("main").textContent).toContain("log.read");
		await userEvent.click(screen.getByRole("link", { name: "Applications" }));
		await screen.findByText("No application yet");
	});
});
