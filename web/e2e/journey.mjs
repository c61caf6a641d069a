// SPDX-License-Identifier: Apache-2.0
/*
 * The owner's journey through the console in a real browser, against a
 * running platform; prints TAP.  Settings come from the environment, or from
 * the quickstart's summary.json:
 *
 *   BASE_URL OWNER_EMAIL OWNER_PASSWORD TENANT   or   SUMMARY=summary.json
 *   JAR        the JAR to upload
 *   APP        the application's name; made when there is none ("journey")
 *   LINE       a pattern that the application's log must show ("Camel")
 *   CHROMIUM   the browser (/usr/bin/chromium)
 *   SHOTS      a directory for a picture of each page, if wanted
 *   CA         the certificate authority to trust (ca_cert of the summary)
 */
import { readFileSync } from "node:fs";
import { basename } from "node:path";

import { bail, checkCertificate, inspect, launch, newPage, step, summary, travel } from "./lib.mjs";

const env = settings();
const appName = new RegExp(`^${env.app}$`);

function settings() {
	const given = process.env;
	const known = summary();
	const found = {
		base: given.BASE_URL ?? known.base_url,
		email: given.OWNER_EMAIL ?? known.owner_email,
		password: given.OWNER_PASSWORD ?? known.owner_password,
		tenant: given.TENANT ?? known.tenant,
		jar: given.JAR,
	};

	for (const [name, value] of Object.entries(found)) {
		if (!value) bail(`${name} is not set; see the top of ${basename(import.meta.filename)}`);
	}
	return {
		...found,
		base: found.base.replace(/\/$/, ""),
		app: given.APP ?? "journey",
		line: new RegExp(given.LINE ?? "Camel"),
		ca: given.CA ?? known.ca_cert,
	};
}

async function policy() {
	const response = await page.request.get(`${env.base}/`);
	const sent = response.headers()["content-security-policy"] ?? "";

	for (const part of ["default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'"]) {
		if (!sent.includes(part)) throw new Error(`the policy lacks ${part}: ${sent || "(none)"}`);
	}
	if (/unsafe-(inline|eval)/.test(sent)) throw new Error(`the policy is lax: ${sent}`);
}

async function signIn() {
	await page.getByLabel("E-mail").fill(env.email);
	await page.getByLabel("Password", { exact: true }).fill(env.password);
	await page.getByRole("button", { name: "Sign in", exact: true }).click();
	await page.getByRole("list", { name: "Steps" }).waitFor();
}

async function seeSteps() {
	await page.waitForURL(`${env.base}/tenants/${env.tenant}`);
	await page.getByRole("main").getByText("Active", { exact: true }).waitFor();
	const steps = page.getByRole("list", { name: "Steps" }).getByRole("listitem");
	const states = await steps.evaluateAll((rows) => rows.map((row) => row.dataset.state));

	if (states.length === 0 || states.some((state) => state !== "done"))
		throw new Error(`the steps are ${states.join(", ") || "missing"}`);
}

async function makeApp() {
	await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Applications" }).click();
	await page.getByRole("heading", { name: "Applications" }).waitFor();
	const row = page.getByRole("list", { name: "Applications" }).getByRole("code").filter({ hasText: appName });
	const empty = page.getByText("No application yet");
	await page.getByRole("list", { name: "Applications" }).or(empty).first().waitFor();
	if (await row.count()) return;
	await page.getByRole("link", { name: "New application" }).first().click();
	await page.getByLabel("Name", { exact: true }).fill(env.app);
	await page.getByRole("button", { name: "Create application" }).click();
	await page.waitForURL(`**/apps/${env.app}/deploy`);
	await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Applications" }).click();
	await row.waitFor();
}

async function openApp() {
	await page
		.getByRole("list", { name: "Applications" })
		.getByRole("listitem")
		.filter({ has: page.getByRole("code").filter({ hasText: appName }) })
		.getByRole("link")
		.click();
	await page.waitForURL(`**/apps/${env.app}/deploy`);
}

let release;

async function upload() {
	// The page records the bar itself: on a fast machine it is gone before we ask.
	await page.evaluate(() => {
		window.seen = [];
		new MutationObserver(() => {
			const bar = document.querySelector("progress");
			if (bar) window.seen.push([bar.value, bar.max]);
		}).observe(document.body, { subtree: true, childList: true, attributes: true });
	});
	const target = page.getByLabel("When its image is ready");
	await target.selectOption({ index: 1 });
	const production = (await target.inputValue()) === "prod";
	await page.getByLabel("Choose a JAR").setInputFiles(env.jar);
	// Prod is asked for once more.
	if (production) await page.getByRole("button", { name: "Upload and deploy" }).click();
	const accepted = page.getByText(/^Release \d+ was accepted$/);
	const refused = page.getByRole("alert");
	await accepted.or(refused).first().waitFor({ timeout: 120_000 });
	if (await refused.count()) throw new Error(`refused: ${await refused.first().innerText()}`);
	release = Number(/\d+/.exec(await accepted.innerText())[0]);

	const seen = await page.evaluate(() => window.seen);
	const size = readFileSync(env.jar).length;
	if (!seen.some(([value, max]) => max === size && value > 0 && value <= max))
		throw new Error(`no progress was shown: ${JSON.stringify(seen.slice(0, 5))}`);
}

async function releaseReady() {
	const row = page.getByRole("list", { name: "Releases" }).getByRole("listitem").filter({ hasText: `Release ${release}` });

	await row.getByText(/^(Ready|Failed)$/).waitFor({ timeout: 180_000 });
	const text = await row.innerText();
	if (!text.includes("Ready")) throw new Error(text);
}

async function running() {
	const first = page.getByRole("list", { name: "Environments" }).getByRole("listitem").first();

	await first.getByText(new RegExp(`Release ${release}\\b.*`)).first().waitFor({ timeout: 60_000 });
	await first.getByText(/^(Running|Failed|Unhealthy)$/).waitFor({ timeout: 180_000 });
	const text = await first.innerText();
	if (!text.includes("Running")) throw new Error(text);
}

async function liveLog() {
	await page.getByRole("link", { name: "Logs" }).click();
	const log = page.getByRole("log");
	await log.getByText(env.line).first().waitFor({ timeout: 60_000 });
	// Live: a new line appears while the page is open.
	const last = await log.getByRole("listitem").last().innerText();
	await page.waitForFunction(
		(before) => [...document.querySelectorAll("[role=log] li")].at(-1)?.innerText !== before,
		last,
		{ timeout: 60_000 },
	);
}

async function pausedLog() {
	await page.getByRole("button", { name: "Pause" }).click();
	await page.getByText("Paused", { exact: true }).waitFor();
	const asked = [];
	const note = (request) => request.url().includes("/logs") && asked.push(request.url());
	page.on("request", note);
	await page.waitForTimeout(2500);
	page.off("request", note);
	if (asked.length > 0) throw new Error(`asked ${asked.length} times`);
	await page.getByRole("button", { name: "Resume" }).click();
}

async function versions() {
	await page.getByRole("link", { name: "Versions" }).click();
	await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
	await page.getByRole("button", { name: `Copy the Image digest of release ${release}` }).click();
	const copied = await page.evaluate(() => navigator.clipboard.readText());
	if (!/^sha256:[0-9a-f]{64}$/.test(copied)) throw new Error(`copied ${copied}`);
}

async function keyboard() {
	await page.goto(`${env.base}/tenants/${env.tenant}/apps`);
	await page.getByRole("heading", { name: "Applications" }).waitFor();
	await page.keyboard.press("Tab");
	const skip = await page.evaluate(() => document.activeElement?.textContent);
	if (skip !== "Skip to the content") throw new Error(`the first stop is ${skip}`);
	await page.keyboard.press("Enter");
	const main = await page.evaluate(() => document.activeElement?.id);
	if (main !== "main") throw new Error(`the skip link leads to ${main}`);
}

async function theme() {
	await page.getByRole("button", { name: "Use the dark theme" }).click();
	await page.reload();
	await page.getByRole("button", { name: "Use the light theme" }).waitFor();
	const scheme = await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
	if (scheme !== "dark") throw new Error(`after a reload it is ${scheme}`);
	await page.evaluate(() => localStorage.removeItem("cameleer.theme"));
	await page.reload();
	await page.getByRole("button", { name: "Use the dark theme" }).waitFor();
}

async function signOut() {
	await page.getByRole("button", { name: /, your account$/ }).click();
	await page.getByRole("menuitem", { name: "Sign out" }).click();
	await page.getByRole("heading", { name: "Sign in" }).waitFor();
	const cookies = (await page.context().cookies()).filter(({ value }) => value !== "");
	if (cookies.length > 0) throw new Error(`cookies stay: ${cookies.map(({ name }) => name).join(", ")}`);
	await page.goto(`${env.base}/tenants/${env.tenant}/apps`);
	await page.getByRole("heading", { name: "Sign in" }).waitFor();
}

async function mailedToken() {
	await page.goto(`${env.base}/reset#token=not-a-token`);
	await page.getByLabel("New password", { exact: true }).waitFor();
	if (page.url() !== `${env.base}/reset`) throw new Error(`the token stays in ${page.url()}`);
}

async function journey() {
	if (env.ca) await step(page, "the platform's certificate holds", () => checkCertificate(env));
	await step(page, "the platform sends a strict content security policy", policy);
	await step(page, "a page behind the sign-in leads to the sign-in", async () => {
		await page.goto(`${env.base}/tenants/${env.tenant}`);
		await page.getByRole("heading", { name: "Sign in" }).waitFor();
	});
	await inspect(page, "sign in");
	await step(page, "the owner signs in and lands where they wanted to go", signIn);
	await step(page, "the tenant is active and every provisioning step is done", seeSteps);
	await inspect(page, "tenant status");
	await step(page, "the application is in the list", makeApp);
	await inspect(page, "applications");
	await step(page, "the application opens", openApp);
	await step(page, "the JAR is uploaded, with progress", upload);
	await inspect(page, "deploy");
	await step(page, "the release becomes ready", releaseReady);
	await step(page, "its deployment runs", running);
	await inspect(page, "deployed");
	await step(page, "the log is live", liveLog);
	await inspect(page, "logs");
	await step(page, "a paused log asks for nothing", pausedLog);
	await step(page, "the image's digest can be copied", versions);
	await inspect(page, "versions");
	for (const [path, heading] of [
		["tenants", "Tenants"],
		["create-tenant", "New tenant"],
		["sessions", "Sessions"],
		[`tenants/${env.tenant}/create-app`, "New application"],
		[`tenants/${env.tenant}/no-such-page`, "Not found"],
	]) {
		await step(page, `/${path} opens`, async () => {
			await page.goto(`${env.base}/${path}`);
			await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
			await page.getByText(/^Loading /).waitFor({ state: "detached" });
		});
		await inspect(page, heading.toLowerCase());
	}
	await step(page, "the first stop of the Tab key skips to the content", keyboard);
	await step(page, "a chosen theme outlives a reload", theme);
	await step(page, "signing out ends the session", signOut);
	await step(page, "a mailed token leaves the address bar", mailedToken);
	await inspect(page, "new password");
	for (const path of ["register", "recover", "verify"]) {
		await step(page, `/${path} opens`, async () => {
			await page.goto(`${env.base}/${path}`);
			await page.getByRole("heading", { level: 1 }).waitFor();
		});
		await inspect(page, path);
	}
}

const browser = await launch();
const page = await newPage(browser, env);

await travel(browser, journey);
