// SPDX-License-Identifier: Apache-2.0
/*
 * Two people's way into a tenant, in a real browser with its own virtual
 * authenticator, against a running platform; prints TAP.  From the
 * environment:
 *
 *   SUMMARY    a platform's summary.json: base_url, ca_cert, mail
 *   HOOK       a command for what no page can do: "HOOK activate SLUG" ends
 *              the provisioning of a tenant where no engine does, "HOOK stale
 *              EMAIL" makes somebody's last proof of identity an old one
 *   CHROMIUM SHOTS   as in journey.mjs
 *
 * Codes come from oathtool (apt-get install oathtool).
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { bail, checkCertificate, inspect, launch, newPage, ok, step, summary, travel } from "./lib.mjs";

const found = summary();
const { HOOK } = process.env;

if (!found.base_url || !found.mail || !HOOK) bail("SUMMARY with base_url and mail, and HOOK, are wanted");

const env = { base: found.base_url.replace(/\/$/, ""), ca: found.ca_cert, expected };
const turn = Date.now().toString(36).slice(-6);
const slug = `j${turn}`;
const password = `correct horse ${turn} battery`;
const anna = { email: `anna-${turn}@example.test`, name: "Anna", password };
const ben = { email: `ben-${turn}@example.test`, name: "Ben", password: `another ${password}` };

const absent = ["/api/sso/provider", "/api/tenants/teams", "/api/tenants/audit/actions"];

/** Browsers log each refusal; these are expected. */
function expected(text, from) {
	if (!from.startsWith(env.base)) return false;
	const path = new URL(from).pathname;

	if (/status of 403/.test(text)) return /^\/api\/(auth\/(factors\/|passkeys)|tenants\/(members|roles))/.test(path);
	// No provider yet; the others are asked for where a platform may be older.
	if (/status of 404/.test(text)) return absent.includes(path);
	return /status of 422/.test(text) && path === "/api/auth/step-up";
}

function hook(...args) {
	execFileSync("/bin/sh", ["-c", `${HOOK} "$@"`, "hook", ...args], { stdio: ["ignore", "ignore", "inherit"] });
}

/** The token of the newest link of that kind in a mail to somebody. */
async function mailed(address, kind, after = 0) {
	for (let tries = 0; tries < 200; tries++) {
		const texts = readdirSync(found.mail)
			.filter((file) => file.endsWith(".eml"))
			.sort()
			.filter((file) => readFileSync(join(found.mail, file.replace(/eml$/, "json")), "utf8").includes(address))
			.map((file) => readFileSync(join(found.mail, file), "utf8"))
			.map((text) => text.replace(/=\r?\n/g, "").replace(/=3D/g, "="))
			.flatMap((text) => new RegExp(`/${kind}#token=([\\w-]+)`).exec(text)?.[1] ?? []);

		if (texts.length > after) return texts.at(-1);
		await page.waitForTimeout(100);
	}
	throw new Error(`no mail with a link /${kind} to ${address}`);
}

let lastStep = 0;

/** A code that was not used yet; the platform takes the next one a bit early. */
async function code(secret) {
	const present = () => Math.floor(Date.now() / 30_000);
	const wanted = Math.max(present(), lastStep + 1);

	while (present() + 1 < wanted) await page.waitForTimeout(500);
	lastStep = wanted;
	return execFileSync("oathtool", ["--totp", "-b", "-N", `@${wanted * 30}`, secret.replace(/\s/g, "")])
		.toString()
		.trim();
}

async function typePassword(at, who) {
	await at.getByLabel("E-mail").fill(who.email);
	await at.getByLabel("Password", { exact: true }).fill(who.password);
	await at.getByRole("button", { name: "Sign in", exact: true }).click();
}

async function signOut(at) {
	await at.getByRole("button", { name: /, your account$/ }).click();
	await at.getByRole("menuitem", { name: "Sign out" }).click();
	await at.getByRole("heading", { name: "Sign in" }).waitFor();
}

/** Opens a page of the console that is signed in, and waits until it is there. */
async function visit(at, path, heading) {
	await at.goto(`${env.base}${path}`);
	await at.getByRole("heading", { name: heading, level: 1 }).waitFor();
	await at.getByText(/^Loading /).first().waitFor({ state: "detached" });
}

async function register() {
	await page.goto(`${env.base}/register`);
	await page.getByLabel("E-mail").fill(anna.email);
	await page.getByRole("button", { name: "Send link" }).click();
	await page.getByRole("heading", { name: "Check your mail" }).waitFor();
}

async function verify() {
	await page.goto(`${env.base}/verify#token=${await mailed(anna.email, "verify")}`);
	await page.getByLabel("Your name").fill(anna.name);
	await page.getByLabel("Password", { exact: true }).fill(anna.password);
	await inspect(page, "verify");
	await page.getByRole("button", { name: "Create account" }).click();
	await page.getByText("Your account is ready", { exact: true }).waitFor();
	await page.goto(`${env.base}/sign-in`);
	await page.getByLabel("E-mail").waitFor();
	await inspect(page, "sign-in");
	await typePassword(page, anna);
	await page.getByRole("heading", { name: "Tenants" }).waitFor();
}

async function makeTenant() {
	await visit(page, "/create-tenant", "New tenant");
	await page.getByLabel("Name", { exact: true }).fill(`Journey ${turn}`);
	await page.getByLabel("Address", { exact: true }).fill(slug);
	await page.getByLabel(/^Business/).check();
	await page.getByRole("button", { name: "Create tenant" }).click();
	await page.waitForURL(`${env.base}/tenants/${slug}`);
	hook("activate", slug);
	await page.goto(`${env.base}/tenants/${slug}`);
	await page.getByRole("main").getByText("Active", { exact: true }).waitFor();
}

let secret;

async function setUpApp() {
	await visit(page, "/security", "Security");
	hook("stale", anna.email);
	await page.getByRole("button", { name: "Set up the app" }).click();
	const dialog = page.getByRole("dialog", { name: "Confirm your identity" });
	await dialog.getByLabel("Your password", { exact: true }).fill("not the password at all");
	await dialog.getByRole("button", { name: "Confirm" }).click();
	await dialog.getByRole("alert").waitFor();
	await inspect(page, "step-up");
	await dialog.getByLabel("Your password", { exact: true }).fill(anna.password);
	await dialog.getByRole("button", { name: "Confirm" }).click();
	const key = page.getByRole("textbox", { name: "Key", exact: true });
	await key.waitFor();
	secret = await key.innerText();
	const drawn = await page.getByRole("img", { name: /^QR code/ }).evaluate((image) => image.naturalWidth);
	if (drawn === 0) throw new Error("the QR code is not drawn");
	await inspect(page, "authenticator app");
	await page.getByLabel("Current code in the app").fill(await code(secret));
	await page.getByRole("button", { name: "Turn on" }).click();
	const codes = page.getByRole("list", { name: "Recovery codes" }).getByRole("listitem");
	await codes.first().waitFor();
	if ((await codes.count()) !== 10) throw new Error(`${await codes.count()} recovery codes`);
	await inspect(page, "recovery codes");
	const kept = await codes.allInnerTexts();
	await page.getByRole("button", { name: "I have saved them" }).click();
	await page.getByText("10 left").waitFor();
	return kept;
}

let recovery;

async function signInByCode() {
	await signOut(page);
	await typePassword(page, anna);
	await page.getByRole("heading", { name: "Two-step sign-in" }).waitFor();
	await inspect(page, "second step");
	await page.getByLabel("Code").fill(await code(secret));
	await page.getByRole("button", { name: "Continue" }).click();
	await page.getByRole("heading", { name: "Applications" }).waitFor();
}

async function signInByRecoveryCode() {
	await signOut(page);
	await typePassword(page, anna);
	await page.getByRole("button", { name: "Use a recovery code" }).click();
	await page.getByLabel("Recovery code").fill(recovery[0]);
	await page.getByRole("button", { name: "Continue" }).click();
	await page.getByRole("heading", { name: "Applications" }).waitFor();
	await visit(page, "/security", "Security");
	await page.getByText("9 left").waitFor();
}

/** An authenticator of the browser's own, for one page; says who it is. */
async function plugIn(at) {
	const cdp = await at.context().newCDPSession(at);

	await cdp.send("WebAuthn.enable");
	const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
		options: {
			protocol: "ctap2",
			ctap2Version: "ctap2_1",
			transport: "internal",
			hasResidentKey: true,
			hasUserVerification: true,
			isUserVerified: true,
			automaticPresenceSimulation: true,
		},
	});
	return { cdp, authenticatorId };
}

async function addPasskey() {
	const { cdp, authenticatorId } = await plugIn(page);

	await visit(page, "/security", "Security");
	await page.getByLabel("Name of the new passkey").fill("Test key");
	await page.getByRole("button", { name: "Add a passkey" }).click();
	await page.getByRole("list", { name: "Passkeys" }).getByText("Test key").waitFor();
	const { credentials } = await cdp.send("WebAuthn.getCredentials", { authenticatorId });
	if (credentials.length !== 1 || !credentials[0].isResidentCredential)
		throw new Error(`the authenticator has ${credentials.length} passkeys`);
	await inspect(page, "security");
}

async function signInByPasskey() {
	await signOut(page);
	// Browsers may take a lone passkey from the suggestions by themselves.
	const inside = page.getByRole("heading", { name: "Applications" });
	const button = page.getByRole("button", { name: "Sign in with a passkey" });
	await button.click({ timeout: 5000 }).catch(() => undefined);
	await inside.waitFor();
	await visit(page, "/security", "Security");
	await page.getByText(/used (just now|\d+ seconds ago)/).first().waitFor();
}

async function invite() {
	await visit(page, `/tenants/${slug}/team/invitations`, "Team");
	await page.getByLabel("Role", { exact: true }).waitFor();
	await page.getByLabel("E-mail").fill(ben.email);
	await page.getByLabel("Role", { exact: true }).selectOption("viewer");
	await page.getByRole("button", { name: "Send invitation" }).click();
	await page.getByRole("list", { name: "Invitations" }).getByText(ben.email).waitFor();
	await inspect(page, "invitations");
}

async function accept() {
	await other.goto(`${env.base}/invitation#token=${await mailed(ben.email, "invitation")}`);
	await other.getByLabel("Your name").waitFor();
	if (other.url() !== `${env.base}/invitation`) throw new Error(`the token stays in ${other.url()}`);
	await inspect(other, "invitation");
	await other.getByLabel("Your name").fill(ben.name);
	await other.getByLabel("Password", { exact: true }).fill(ben.password);
	await other.getByRole("button", { name: "Create account and accept" }).click();
	await other.getByText("Your account is ready, and you are a member").waitFor();
	await other.getByRole("link", { name: "Sign in" }).click();
	await typePassword(other, ben);
	await other.getByRole("heading", { name: "Applications" }).waitFor();
}

async function changeRole() {
	await visit(other, `/tenants/${slug}/tokens/mine`, "Tokens");
	await visit(other, "/tenants", "Tenants");
	await other.getByRole("list", { name: "Tenants" }).getByText("Viewer", { exact: true }).waitFor();
	await visit(page, `/tenants/${slug}/team/members`, "Team");
	await page.getByRole("button", { name: `Actions for ${ben.name}` }).click();
	await page.getByRole("menuitem", { name: "Change role" }).click();
	await page.getByRole("dialog").getByLabel("Role", { exact: true }).selectOption("developer");
	await inspect(page, "change role");
	await page.getByRole("button", { name: "Change role" }).click();
	await page.getByRole("list", { name: "Members" }).getByText("Developer", { exact: true }).waitFor();
	await inspect(page, "members");
	// The session that was open has it, without a new sign-in.
	await visit(other, "/tenants", "Tenants");
	await other.getByRole("list", { name: "Tenants" }).getByText("Developer", { exact: true }).waitFor();
}

async function explained() {
	await visit(other, `/tenants/${slug}/team/members`, "You cannot open this page");
	const text = await other.getByRole("main").innerText();
	if (!/member\.read/.test(text) || !/owner/.test(text)) throw new Error(`it says: ${text}`);
	await inspect(other, "not permitted");
}

/** A role of the tenant's own, with permissions in one environment only. */
async function customRole() {
	await visit(page, `/tenants/${slug}/team/roles`, "Team");
	await page.getByRole("button", { name: "New role" }).click();
	await page.getByRole("dialog").getByLabel("Name", { exact: true }).fill("shipper");
	await page.getByLabel(/^app\.read/).check();
	await page.getByLabel("app.deploy in dev only").check();
	await page.getByRole("button", { name: "Create role" }).click();
	await page.getByRole("list", { name: "Roles" }).getByText("shipper").waitFor();
	await visit(page, `/tenants/${slug}/team/members`, "Team");
	await page.getByRole("button", { name: `Actions for ${ben.name}` }).click();
	await page.getByRole("menuitem", { name: "Change role" }).click();
	await page.getByRole("dialog").getByLabel("Role", { exact: true }).selectOption("shipper (custom)");
	await page.getByRole("button", { name: "Change role" }).click();
	await page.getByRole("list", { name: "Members" }).getByText("shipper", { exact: true }).waitFor();

	await visit(other, `/tenants/${slug}/apps`, "Applications");
	const links = await other.getByRole("navigation", { name: "Main" }).getByRole("link").allInnerTexts();
	const due = ["Applications", "Tenant status", "Plan", "Isolation", "Tokens", "Tenants", "Security", "Sessions"];
	if (links.join() !== due.join()) throw new Error(`the navigation has ${links.join()}`);
	if (await other.getByRole("link", { name: "New application" }).count()) throw new Error("an application can be made");
	await inspect(other, "custom role");
}

async function keyboard() {
	await visit(page, `/tenants/${slug}/team/members`, "Team");
	await page.getByRole("button", { name: `Actions for ${ben.name}` }).focus();
	await page.keyboard.press("Enter");
	await page.getByRole("menuitem", { name: "Change role" }).waitFor();
	await page.keyboard.press("ArrowDown");
	await page.keyboard.press("ArrowUp");
	await page.keyboard.press("Enter");
	await page.getByRole("dialog").waitFor();
	await page.keyboard.press("Escape");
	await page.getByRole("dialog").waitFor({ state: "detached" });
}

async function look() {
	for (const [path, heading] of [
		[`/tenants/${slug}/team/roles`, "Team"],
		[`/tenants/${slug}/sign-in`, "Sign-in"],
		[`/tenants/${slug}/tokens/mine`, "Tokens"],
		[`/tenants/${slug}/tokens/services`, "Tokens"],
		[`/tenants/${slug}/agents`, "Agents"],
		[`/tenants/${slug}/audit`, "Audit log"],
		["/device", "Sign in a program"],
		["/sessions", "Sessions"],
	]) {
		await step(page, `${path.replace(slug, "…")} opens`, async () => {
			await visit(page, path, heading);
			const alerts = await page.getByRole("alert").allInnerTexts();
			if (alerts.length > 0) throw new Error("something is wrong here");
		});
		await inspect(page, path.replace(`/tenants/${slug}/`, ""));
	}
}

async function journey() {
	if (env.ca) await step(page, "the platform's certificate holds", () => checkCertificate(env));
	await step(page, "somebody registers", register);
	await step(page, "name and password are chosen behind the mailed link, and sign in", verify);
	await step(page, "a tenant is made", makeTenant);
	await step(page, "an authenticator app is set up, after a proof of the last ten minutes", async () => {
		recovery = await setUpApp();
	});
	await step(page, "the password alone does no longer: the app's code does", signInByCode);
	await step(page, "a recovery code stands in for the app, once", signInByRecoveryCode);
	await step(page, "a passkey is added", addPasskey);
	await step(page, "the passkey signs in", signInByPasskey);
	await step(page, "a colleague is invited", invite);
	await step(other, "the colleague accepts, and is in", accept);
	await step(page, "another role holds at once", changeRole);
	await step(other, "who may not look is told which rule says so, and who can lift it", explained);
	await step(page, "a role of the tenant's own shows its pages and no others", customRole);
	await step(page, "the menu of a member works by keyboard", keyboard);
	await look();
}

const browser = await launch();
const page = await newPage(browser, env);
const other = await newPage(browser, env);

ok(true, `a browser ${browser.version()}`);
await travel(browser, journey);
