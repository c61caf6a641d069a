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
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { connect } from "node:tls";

import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const wcag = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"];
const flags = [
	"--no-sandbox",
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
];

const env = settings();
const appName = new RegExp(`^${env.app}$`);
const offences = [];
let passed = 0;
let failed = 0;

function settings() {
	const { SUMMARY, ...given } = process.env;
	const summary = SUMMARY ? JSON.parse(readFileSync(SUMMARY, "utf8")) : {};
	const found = {
		base: given.BASE_URL ?? summary.base_url,
		email: given.OWNER_EMAIL ?? summary.owner_email,
		password: given.OWNER_PASSWORD ?? summary.owner_password,
		tenant: given.TENANT ?? summary.tenant,
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
		chromium: given.CHROMIUM ?? "/usr/bin/chromium",
		shots: given.SHOTS,
		ca: given.CA ?? summary.ca_cert,
	};
}

function bail(message) {
	console.log(`Bail out! ${message}`);
	process.exit(1);
}

function ok(good, name, why = "") {
	if (good) passed++;
	else failed++;
	console.log(`${good ? "ok" : "not ok"} ${passed + failed} - ${name}`);
	if (!good) console.log(String(why).replace(/^/gm, "# "));
	return good;
}

/** One step: a step that fails ends the journey, since the next builds on it. */
async function step(name, run) {
	try {
		await run();
		ok(true, name);
	} catch (error) {
		ok(false, name, `${error.message}\nat ${page.url()}`);
		throw error;
	}
}

/** Everything that the browser complains about is an offence. */
function watch(page) {
	page.on("console", (message) => {
		if (message.type() !== "error") return;
		const from = message.location().url;

		// A browser logs each 401; asking who is there has to begin with one.
		if (/status of 401/.test(message.text()) && /\/api\/auth\/(me|refresh)$/.test(from)) return;
		offences.push(`console: ${message.text()} (${from})`);
	});
	page.on("pageerror", (error) => offences.push(`uncaught: ${error.message}`));
	page.on("request", (request) => {
		if (!request.url().startsWith(`${env.base}/`)) offences.push(`other origin: ${request.url()}`);
	});
}

async function newPage(browser) {
	const context = await browser.newContext({ ignoreHTTPSErrors: Boolean(env.ca) });

	await context.exposeBinding("offence", (_, text) => offences.push(text));
	await context.addInitScript(() => {
		document.addEventListener("securitypolicyviolation", (event) => {
			window.offence(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
		});
	});
	const page = await context.newPage();
	page.setDefaultTimeout(20_000);
	watch(page);
	return page;
}

/** Looks at a page in both themes, and on a narrow screen. */
async function inspect(name) {
	for (const [theme, width] of [
		["light", 1440],
		["dark", 1440],
		["light", 390],
	]) {
		await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
		await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
		await page.waitForTimeout(200);
		await page.evaluate(axe);
		const { violations } = await page.evaluate(
			(values) => window.axe.run(document, { runOnly: { type: "tag", values } }),
			wcag,
		);
		const why = violations.flatMap(({ id, nodes }) =>
			nodes.map((node) => `${id}: ${node.html}\n  ${node.failureSummary.replace(/\n/g, " ")}`),
		);

		ok(violations.length === 0, `${name} is accessible (${theme}, ${width} px)`, why.join("\n"));
		const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
		ok(wide <= 0, `${name} needs no sideways scrolling (${theme}, ${width} px)`, `${wide} px too wide`);
		if (env.shots) await page.screenshot({ path: join(env.shots, `${name.replace(/\W+/g, "-")}-${theme}-${width}.png`) });
	}
	await page.emulateMedia({ colorScheme: "light", reducedMotion: null });
	await page.setViewportSize({ width: 1440, height: 900 });
}

function authority() {
	return env.ca.startsWith("-----BEGIN") ? env.ca : readFileSync(env.ca);
}

/*
 * Chromium takes no authority on its command line: the platform's certificate
 * is checked against it here, before the browser is told to accept.
 */
function checkCertificate() {
	const { hostname, port } = new URL(env.base);

	return new Promise((resolve, reject) => {
		const socket = connect(
			{ host: hostname, port: Number(port || 443), servername: hostname, ca: authority() },
			() => {
				socket.end();
				resolve();
			},
		);
		socket.on("error", reject);
	});
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
	await page.getByRole("button", { name: "Create the application" }).click();
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
	// The browser's own notes of the bar: a fast machine is done before we ask.
	await page.evaluate(() => {
		window.seen = [];
		new MutationObserver(() => {
			const bar = document.querySelector("progress");
			if (bar) window.seen.push([bar.value, bar.max]);
		}).observe(document.body, { subtree: true, childList: true, attributes: true });
	});
	await page.getByLabel("Choose a JAR").setInputFiles(env.jar);
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
	// Live means that a line comes while one looks on.
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
	if (env.ca) await step("the platform's certificate holds", checkCertificate);
	await step("the platform sends a strict content security policy", policy);
	await step("a page behind the sign-in leads to the sign-in", async () => {
		await page.goto(`${env.base}/tenants/${env.tenant}`);
		await page.getByRole("heading", { name: "Sign in" }).waitFor();
	});
	await inspect("sign in");
	await step("the owner signs in and lands where they wanted to go", signIn);
	await step("the tenant is active and every provisioning step is done", seeSteps);
	await inspect("tenant status");
	await step("the application is in the list", makeApp);
	await inspect("applications");
	await step("the application opens", openApp);
	await step("the JAR is uploaded, with progress", upload);
	await inspect("deploy");
	await step("the release becomes ready", releaseReady);
	await step("its deployment runs", running);
	await inspect("deployed");
	await step("the log is live", liveLog);
	await inspect("logs");
	await step("a paused log asks for nothing", pausedLog);
	await step("the image's digest can be copied", versions);
	await inspect("versions");
	for (const [path, heading] of [
		["tenants", "Tenants"],
		["create-tenant", "New tenant"],
		["sessions", "Sessions"],
		[`tenants/${env.tenant}/create-app`, "New application"],
		[`tenants/${env.tenant}/no-such-page`, "Not found"],
	]) {
		await step(`/${path} opens`, async () => {
			await page.goto(`${env.base}/${path}`);
			await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
			await page.getByText(/^Loading /).waitFor({ state: "detached" });
		});
		await inspect(heading.toLowerCase());
	}
	await step("the first stop of the Tab key skips to the content", keyboard);
	await step("a chosen theme outlives a reload", theme);
	await step("signing out ends the session", signOut);
	await step("a mailed token leaves the address bar", mailedToken);
	await inspect("new password");
	for (const path of ["register", "recover", "verify"]) {
		await step(`/${path} opens`, async () => {
			await page.goto(`${env.base}/${path}`);
			await page.getByRole("heading", { level: 1 }).waitFor();
		});
		await inspect(path);
	}
}

const browser = await chromium.launch({ executablePath: env.chromium, headless: true, args: flags });
const page = await newPage(browser);

try {
	await journey();
} catch (error) {
	console.log(`# the journey ends here: ${error.message.split("\n")[0]}`);
} finally {
	ok(offences.length === 0, "the browser had nothing to complain about", [...new Set(offences)].join("\n"));
	await browser.close();
}
console.log(`1..${passed + failed}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
