// SPDX-License-Identifier: Apache-2.0
/*
 * The app as a whole, in front of a platform that the test describes.
 */
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { Announcer } from "@/components/announcer";
import { createApp } from "@/router";

import { fakeApi, json, problemAnswer } from "@tests/fake-api";

const account = { id: "a1", email: "owner@example.test", name: "Olive" };
const demo = { id: "t1", slug: "demo", name: "Demo", tier: "low", role: "owner", state: "active" };
const globex = { ...demo, id: "t2", slug: "globex", name: "Globex" };

function platform(more: Parameters<typeof fakeApi>[0] = {}) {
	let tenant: string | null = null;
	const fake = fakeApi({
		"GET /api/auth/me": () => json(200, { account, tenant, tenants: [demo, globex], expires_in: 600 }),
		"POST /api/auth/switch": ({ body }) => {
			const slug = (body as { tenant: string }).tenant;
			if (![demo, globex].some((known) => known.slug === slug)) return problemAnswer(404);
			tenant = slug;
			return json(200, { account, tenant, tenants: [demo, globex], expires_in: 600 });
		},
		"GET /api/tenants": () => json(200, { items: [demo, globex], next: null }),
		"GET /api/apps": () => json(200, { items: [], next: null }),
		"POST /api/auth/refresh": () => problemAnswer(401),
		...more,
	});

	return { ...fake, bind: (slug: string) => (tenant = slug) };
}

function open(path: string) {
	window.history.replaceState(null, "", path);
	const app = createApp();

	render(
		<QueryClientProvider client={app.queryClient}>
			<Announcer>
				<RouterProvider router={app.router} />
			</Announcer>
		</QueryClientProvider>,
	);
	return app;
}

test("who is not signed in is led to sign in, and remembers where to", async () => {
	const fake = platform({ "GET /api/auth/me": () => problemAnswer(401) });

	open("/tenants/demo/apps?x=1");
	expect(await screen.findByRole("heading", { name: "Sign in" })).toBeTruthy();
	expect(window.location.pathname).toBe("/sign-in");
	expect(new URLSearchParams(window.location.search).get("next")).toBe("/tenants/demo/apps?x=1");
	// One question and one refresh, not a circle of them.
	await new Promise((resolve) => setTimeout(resolve, 50));
	expect(fake.calls).toHaveLength(2);
});

test.each(["https://evil.example/", "//evil.example/", "/\\evil.example/"])(
	"signing in never leads on to %s",
	async (next) => {
		let signedIn = false;

		platform({
			"GET /api/auth/me": () =>
				signedIn ? json(200, { account, tenant: null, tenants: [], expires_in: 600 }) : problemAnswer(401),
			"POST /api/auth/login": () => {
				signedIn = true;
				return json(200, { account, tenants: [demo], tenant: null, expires_in: 600 });
			},
		});
		open(`/sign-in?next=${encodeURIComponent(next)}`);
		await userEvent.type(await screen.findByLabelText("E-mail"), account.email);
		await userEvent.type(screen.getByLabelText("Password"), "correct horse battery");
		await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
		expect(await screen.findByRole("heading", { name: "Applications" })).toBeTruthy();
		expect(window.location.pathname).toBe("/tenants/demo/apps");
	},
);

test("signing in leads on to where one wanted to go, with all of the address", async () => {
	let signedIn = false;

	platform({
		"GET /api/auth/me": () =>
			signedIn ? json(200, { account, tenant: null, tenants: [], expires_in: 600 }) : problemAnswer(401),
		"POST /api/auth/login": () => {
			signedIn = true;
			return json(200, { account, tenants: [demo], tenant: null, expires_in: 600 });
		},
		"GET /api/auth/device/WXYZ-BCDF": () => json(200, { client_name: "cameleerctl", client_ip: null }),
	});
	open("/device#code=WXYZ-BCDF");
	await userEvent.type(await screen.findByLabelText("E-mail"), account.email);
	await userEvent.type(screen.getByLabelText("Password"), "correct horse battery{Enter}");
	expect(await screen.findByText("Let “cameleerctl” in?")).toBeTruthy();
	expect(window.location.pathname + window.location.hash).toBe("/device");
});

test("who is new accepts an invitation, and then signs in", async () => {
	platform({
		"GET /api/auth/me": () => problemAnswer(401),
		"POST /api/auth/invitations/show": () =>
			json(200, { tenant: "Demo", email: "n@example.test", role: "viewer", inviter: "Olive", account_exists: false }),
		"POST /api/auth/invitations/accept": () => json(200, {}),
	});
	open("/invitation#token=t0k");
	await userEvent.type(await screen.findByLabelText("Your name"), "Nora");
	expect(window.location.href).not.toContain("t0k");
	await userEvent.type(screen.getByLabelText("Password"), "a sentence to keep{Enter}");
	expect(await screen.findByText("Your account is ready, and you are a member")).toBeTruthy();
});

test("who has an account signs in on the way, and the link is not lost", async () => {
	let signedIn = false;
	const fake = platform({
		"GET /api/auth/me": () =>
			signedIn ? json(200, { account, tenant: null, tenants: [], expires_in: 600 }) : problemAnswer(401),
		"POST /api/auth/login": () => {
			signedIn = true;
			return json(200, { account, tenants: [demo], tenant: null, expires_in: 600 });
		},
		"POST /api/auth/invitations/show": () =>
			json(200, { tenant: "Globex", email: account.email, role: "viewer", inviter: "Olive", account_exists: true }),
		"POST /api/auth/invitations/accept": () => json(200, {}),
	});

	open("/invitation#token=t0k");
	await userEvent.click(await screen.findByRole("link", { name: "Sign in" }));
	await userEvent.type(await screen.findByLabelText("E-mail"), account.email);
	await userEvent.type(screen.getByLabelText("Password"), "correct horse battery{Enter}");
	await userEvent.click(await screen.findByRole("button", { name: "Accept" }));
	expect(await screen.findByRole("heading", { name: "Tenants" })).toBeTruthy();
	expect(fake.calls.find(({ path }) => path.endsWith("/accept"))?.body).toEqual({ token: "t0k" });
});

test("a provider's refusal is worded by the console, whatever the address says", async () => {
	platform({ "GET /api/auth/me": () => problemAnswer(401) });
	open("/sign-in?problem=sso_ticket_not_valid&request=req-7");
	const alert = await screen.findByRole("alert");
	expect(alert.textContent).toContain("Begin again");
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
	await userEvent.click(await screen.findByRole("button", { name: "Show your second factor" }));
	await userEvent.type(await screen.findByLabelText("Code"), "123456{Enter}");
	expect(await screen.findByText("No application yet")).toBeTruthy();
});

test("the session is bound to the tenant of the address before its pages ask", async () => {
	const fake = platform();

	open("/tenants/globex/apps");
	expect(await screen.findByText("No application yet")).toBeTruthy();
	const order = fake.calls.map(({ method, path }) => `${method} ${path}`);
	expect(order.indexOf("POST /api/auth/switch")).toBeLessThan(order.indexOf("GET /api/apps"));
	expect(fake.count("POST", "/api/auth/switch")).toBe(1);
});

test("a tenant that is not mine is like one that does not exist", async () => {
	const fake = platform();

	open("/tenants/initech/apps");
	expect(await screen.findByText("Nothing is here")).toBeTruthy();
	expect(fake.count("GET", "/api/apps")).toBe(0);
});

test("a session that ends while at work leads to sign in", async () => {
	let over = false;

	platform({
		"GET /api/auth/me": () =>
			over ? problemAnswer(401) : json(200, { account, tenant: "demo", tenants: [demo], expires_in: 600 }),
		"GET /api/apps": () => (over ? problemAnswer(401) : json(200, { items: [], next: null })),
	});
	const { queryClient } = open("/tenants/demo/apps");

	await screen.findByText("No application yet");
	over = true;
	await act(() => queryClient.refetchQueries({ queryKey: ["tenant"] }));
	expect(await screen.findByRole("heading", { name: "Sign in" })).toBeTruthy();
});

test("another tab's tenant pauses this one, which can take it back", async () => {
	const fake = platform();

	fake.bind("demo");
	open("/tenants/demo/apps");
	await screen.findByText("No application yet");

	const other = new BroadcastChannel("cameleer.tenant");
	other.postMessage("globex");
	expect(await screen.findByText("Another tab works in “globex”")).toBeTruthy();
	expect(screen.queryByText("No application yet")).toBeNull();
	await userEvent.click(screen.getByRole("button", { name: "Back to demo" }));
	expect(await screen.findByText("No application yet")).toBeTruthy();
	expect(fake.calls.filter(({ path }) => path === "/api/auth/switch").map(({ body }) => body)).toEqual([
		{ tenant: "demo" },
	]);
	other.close();
});

test("a platform that is down is told, with a way to try again", async () => {
	let down = true;

	platform({ "GET /api/apps": () => (down ? problemAnswer(400, { title: "Down" }) : json(200, { items: [], next: null })) });
	open("/tenants/demo/apps");
	expect((await screen.findByRole("alert")).textContent).toContain("Down");
	down = false;
	await userEvent.click(screen.getByRole("button", { name: "Try again" }));
	expect(await screen.findByText("No application yet")).toBeTruthy();
	await vi.waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
});
