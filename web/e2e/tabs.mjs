// SPDX-License-Identifier: Apache-2.0
/*
 * Two tabs of one browser, one session, two tenants: each tab stays in its
 * own, whatever the other does; prints TAP.  From the environment:
 *
 *   SUMMARY    a platform's summary.json: base_url, ca_cert, owner_email,
 *              owner_password
 *   HOOK       as in identity.mjs: "HOOK activate SLUG"
 *   CHROMIUM   as in journey.mjs
 */
import { execFileSync } from "node:child_process";

import { addTab, bail, checkCertificate, launch, newPage, step, summary, travel } from "./lib.mjs";

const found = summary();
const { HOOK } = process.env;

if (!found.base_url || !found.owner_email || !HOOK) bail("SUMMARY with base_url and owner, and HOOK, are wanted");

const env = { base: found.base_url.replace(/\/$/, ""), ca: found.ca_cert, expected };
const turn = Date.now().toString(36).slice(-6);
const slugs = [`one${turn}`, `two${turn}`];
const names = ["One Ltd", "Two Ltd"];
const apps = [`only-one-${turn}`, `only-two-${turn}`];

/** A tenant that is not there is asked for once, on purpose. */
function expected(text, from) {
	return /status of 404/.test(text) && from === `${env.base}/api/auth/me`;
}

/** What each tab asked of a tenant, and which one it named. */
const asked = [[], []];

function listen(tab, index) {
	tab.on("request", (request) => {
		const { pathname } = new URL(request.url());

		if (/^\/api\/(apps|tenants\/)/.test(pathname))
			asked[index].push(request.headers()["cameleer-tenant"] ?? `${pathname} names none`);
	});
}

function expectOnly(index, slug) {
	const others = [...new Set(asked[index])].filter((named) => named !== slug);

	if (asked[index].length === 0 || others.length > 0)
		throw new Error(`tab ${index + 1} asked of ${JSON.stringify(others)} instead of ${slug}`);
}

async function signIn(page) {
	await page.getByLabel("E-mail").fill(found.owner_email);
	await page.getByLabel("Password", { exact: true }).fill(found.owner_password);
	await page.getByRole("button", { name: "Sign in", exact: true }).click();
	await page.getByRole("navigation", { name: "Main" }).waitFor();
}

async function makeTenants(page) {
	for (const [index, slug] of slugs.entries()) {
		const status = await page.evaluate(
			async (body) =>
				(
					await window.fetch("/api/tenants", {
						method: "POST",
						headers: { "Content-Type": "application/json", "X-Cameleer-Request": "1" },
						body: JSON.stringify(body),
					})
				).status,
			{ slug, name: names[index], tier: "low" },
		);

		if (status !== 202) throw new Error(`POST /api/tenants: ${status}`);
		execFileSync("/bin/sh", ["-c", `${HOOK} activate ${slug}`], { stdio: ["ignore", "ignore", "inherit"] });
	}
}

async function makeApp(tab, name) {
	await tab.getByRole("link", { name: "New application" }).first().click();
	await tab.getByLabel("Name", { exact: true }).fill(name);
	await tab.getByRole("button", { name: "Create application" }).click();
	await tab.waitForURL(`**/apps/${name}/deploy`);
}

async function expectApps(tab, index) {
	await tab.goto(`${env.base}/tenants/${slugs[index]}/apps`);
	const list = tab.getByRole("list", { name: "Applications" });

	await list.getByRole("code").filter({ hasText: apps[index] }).waitFor();
	if (await list.getByRole("code").filter({ hasText: apps[1 - index] }).count())
		throw new Error(`${apps[1 - index]} is shown in ${slugs[index]}`);
}

async function switchTo(tab, index) {
	await tab.getByRole("button", { name: /^Tenant/ }).click();
	await tab.getByRole("menuitem", { name: names[index] }).click();
	await tab.waitForURL(`${env.base}/tenants/${slugs[index]}/apps`);
	await tab.getByRole("list", { name: "Applications" }).getByRole("code").filter({ hasText: apps[index] }).waitFor();
}

await checkCertificate(env);
const browser = await launch();
const one = await newPage(browser, env);
let two = null;

await travel(browser, async () => {
	await step(one, "one sign-in is for both tabs", async () => {
		await one.goto(`${env.base}/sign-in`);
		await signIn(one);
		await makeTenants(one);
		listen(one, 0);
		two = await addTab(one, env);
		listen(two, 1);
		await one.goto(`${env.base}/tenants/${slugs[0]}/apps`);
		await two.goto(`${env.base}/tenants/${slugs[1]}/apps`);
		await one.getByText("No application yet").waitFor();
		await two.getByText("No application yet").waitFor();
		// What the page after the sign-in asked is not of these tabs.
		for (const list of asked) list.length = 0;
	});
	await step(one, "each tab makes an application in its own tenant", async () => {
		// In turn: what the second tab does comes between the first one's steps.
		await one.getByRole("link", { name: "New application" }).first().click();
		await makeApp(two, apps[1]);
		await one.getByLabel("Name", { exact: true }).fill(apps[0]);
		await one.getByRole("button", { name: "Create application" }).click();
		await one.waitForURL(`**/tenants/${slugs[0]}/apps/${apps[0]}/deploy`);
	});
	await step(two, "each tab shows its own applications, loaded anew in turn", async () => {
		for (let count = 0; count < 2; count++) {
			await expectApps(one, 0);
			await expectApps(two, 1);
		}
		await one.reload();
		await two.reload();
		await one.getByRole("code").filter({ hasText: apps[0] }).waitFor();
		await two.getByRole("code").filter({ hasText: apps[1] }).waitFor();
	});
	await step(one, "every request named the tenant of its tab", async () => {
		expectOnly(0, slugs[0]);
		expectOnly(1, slugs[1]);
	});
	await step(two, "the switcher moves one tab and leaves the other", async () => {
		await switchTo(two, 0);
		if (one.url() !== `${env.base}/tenants/${slugs[0]}/apps`) throw new Error(`tab 1 is at ${one.url()}`);
		await switchTo(two, 1);
		await switchTo(one, 1);
		await switchTo(one, 0);
		asked[0].length = 0;
		asked[1].length = 0;
		await expectApps(one, 0);
		await expectApps(two, 1);
		expectOnly(0, slugs[0]);
		expectOnly(1, slugs[1]);
	});
	await step(two, "a tenant of nobody here is like none", async () => {
		await two.goto(`${env.base}/tenants/${slugs[0]}x/apps`);
		await two.getByText("This page does not exist").waitFor();
		await expectApps(two, 1);
	});
	await step(two, "signing out in one tab ends the session of both", async () => {
		await one.getByRole("button", { name: /, your account$/ }).click();
		await one.getByRole("menuitem", { name: "Sign out" }).click();
		await one.getByRole("heading", { name: "Sign in" }).waitFor();
		await two.reload();
		await two.getByRole("heading", { name: "Sign in" }).waitFor();
	});
});
