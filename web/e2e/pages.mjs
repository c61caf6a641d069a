// SPDX-License-Identifier: Apache-2.0
/*
 * Every page of the console's route table at three widths in both themes:
 * axe-core, no sideways scrolling, and a comparison with a stored picture
 * (tests/browser/pictures); then forced colours.  Prints TAP.  It needs
 * the built console and no platform: the API answers with its examples.
 *
 *   CAMELEER_PICTURES   "write" stores the pictures anew
 *   CAMELEER_LOGS       where both pictures and their difference are kept
 *   ONLY                a pattern of paths, to look at a few pages
 *   CHROMIUM SHOTS      as in journey.mjs
 */
/* global requestAnimationFrame */
import { existsSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { Answers, arabic, longName, now } from "./answers.mjs";
import { launch, newPage, ok, step, travel, violationsOf } from "./lib.mjs";
import { comparePicture } from "./picture.mjs";
import { readConsole } from "./route-table.mjs";

const base = "https://console.example";
const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const built = process.env.CAMELEER_BUILD ?? fileURLToPath(new URL("../../build/", import.meta.url));
const pictures = fileURLToPath(new URL("../../tests/browser/pictures/", import.meta.url));
const widths = [1440, 768, 390];
const themes = ["light", "dark"];
const types = {
	".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2",
};
const given = { $tenant: "acme", $app: "orders", $team: "0198c4e2-5a10-7c3e-9f21-6b7d40a1c041",
	$service: "0198c4e2-5a10-7c3e-9f21-6b7d40a1c030" };
/** What a public page needs beside its path. */
const mailed = ["/verify", "/confirm", "/reset", "/invitation"];

const { pages, permissions } = await readConsole();
const about = { permissions, foreign: false };
const answers = new Answers(about);
const missing = new Set();
/** What an operator of the platform may do there. */
const platform = ["platform.place.read", "platform.place.manage", "platform.tenant.read", "platform.tenant.manage", "platform.operation.read", "platform.operation.manage"];
let refused = null;
let operator = false;

/** Pages that are reached by a fault, and by nothing in the table. */
const faults = [
	{ name: "not-found", path: "/tenants/acme/no-such-page" },
	{ name: "no-such-tenant", path: "/tenants/nobody/apps" },
	{ name: "not-permitted", path: "/tenants/acme/audit", refuse: "permissions" },
	{ name: "unavailable", path: "/tenants/acme/apps", refuse: "me" },
	{ name: "no-such-address", path: "/no-such-address" },
];

function reply(route, status, body, type = "application/json") {
	return route.fulfill({ status, contentType: type, body: typeof body === "string" ? body : JSON.stringify(body) });
}

function problem(status, code, title) {
	return { type: `about:blank#${code}`, title, status, code, detail: title, request_id: "0198c4e2-5a10" };
}

function answerApi(route, request, path) {
	const tenant = request.headers()["cameleer-tenant"];

	if (path === "/api/actions.json") return reply(route, 200, readFileSync(join(built, "actions.json"), "utf8"));
	if (tenant === "nobody") return reply(route, 404, problem(404, "not_found", "Not found"));
	if (path === "/api/auth/me" && refused === "me") return reply(route, 503, problem(503, "unavailable", "Not available"));
	const answer = answers.to(request.method(), path);

	if (answer === undefined) {
		missing.add(`${request.method()} ${path}`);
		return reply(route, 404, problem(404, "not_found", "Not found"));
	}
	if (path === "/api/auth/me" && operator)
		return reply(route, 200, { ...answer, tenant: null, tenants: [], permissions: platform.map((name) => ({ ...answer.permissions[0], name })) });
	if (path === "/api/auth/me" && refused === "permissions")
		return reply(route, 200, { ...answer, permissions: answer.permissions.filter(({ name }) => name !== "audit.read") });
	return reply(route, 200, answer);
}

function serve(route) {
	const request = route.request();
	const { pathname } = new URL(request.url());

	if (pathname.startsWith("/api/")) return answerApi(route, request, pathname);
	const file = join(dist, extname(pathname) ? pathname : "index.html");
	return existsSync(file)
		? route.fulfill({ contentType: types[extname(file)] ?? "application/octet-stream", body: readFileSync(file) })
		: reply(route, 404, "", "text/plain");
}

function nameOf(path) {
	return path.slice(1).replace(/\$/g, "").replace(/\W+/g, "-") || "home";
}

async function settle() {
	await page.getByRole("heading", { level: 1 }).waitFor();
	await page.waitForFunction(() => !/Loading /.test(document.body.innerText) && !document.querySelector("[aria-busy=true]"));
	await page.evaluate(() => document.fonts.ready);
	await page.waitForTimeout(150);
}

/** A theme begins with a load: what a theme leaves behind is not measured. */
async function open({ path, refuse = null }, theme) {
	refused = refuse;
	operator = path.startsWith("/platform/");
	await page.setViewportSize({ width: 1440, height: 900 });
	await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
	await page.goto("about:blank");
	const address = path.replace(/\$\w+/g, (word) => given[word] ?? "acme");
	await page.goto(`${base}${address}${mailed.includes(path) ? "#token=dG9rZW4" : ""}`);
	await settle();
	if ((await page.getByRole("main").count()) !== 1) throw new Error("the page has no frame");
}

/** How many pixels lie beside the screen, once two frames were drawn. */
async function sideways() {
	return await page.evaluate(async () => {
		for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
		return document.documentElement.scrollWidth - window.innerWidth;
	});
}

async function examine(name) {
	const wide = await sideways();
	const why = await violationsOf(page);

	ok(why.length === 0, `${name}: accessible`, why.join("\n"));
	ok(wide <= 0, `${name}: no sideways scrolling`, `${wide} px too wide`);
	const shot = await page.screenshot({ fullPage: true, animations: "disabled", caret: "hide", scale: "css" });
	const differs = await comparePicture(bench, name, shot);
	ok(differs === "", `${name}: as in its picture`, differs);
	if (process.env.SHOTS) writeFileSync(join(process.env.SHOTS, `${name}.png`), shot);
}

async function look(subject) {
	for (const theme of themes) {
		await open(subject, theme);
		for (const width of widths) {
			await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
			await examine(`${subject.name}-${theme}-${width}`);
		}
	}
}

/** What has the focus, or says a state, has a line of its own. */
async function forcedColors() {
	await page.emulateMedia({ forcedColors: "active", colorScheme: "dark", reducedMotion: "reduce" });
	const drawn = (selector, property) =>
		page.locator(selector).first().evaluate((element, name) => getComputedStyle(element)[name], property);
	const differ = async (name, one, other, property) => {
		const [first, second] = [await drawn(one, property), await drawn(other, property)];
		ok(first !== second, `forced colours: ${name}`, `${property} is ${first} in both`);
	};

	await differ("the page in the navigation is marked", "nav a[data-status=active]", "nav li a:not([data-status])", "borderLeftWidth");
	await differ("the tab is marked", "nav[aria-label=Team] a[data-status=active]", "nav[aria-label=Team] a:not([data-status])", "borderBottomColor");
	const state = page.locator("main").getByText("Locked", { exact: true });
	const border = await state.evaluate((element) => getComputedStyle(element).borderTopStyle);
	ok(border === "solid", "forced colours: a state has a border", border);
	const bare = [];

	for (let stop = 0; stop < 30; stop++) {
		await page.keyboard.press("Tab");
		const seen = await page.evaluate(() => {
			const element = document.activeElement;
			const shown = element.closest("li:has(:focus-visible)") ?? element;
			const lines = [element, shown].map((each) => getComputedStyle(each));
			return {
				what: element.outerHTML.slice(0, 120),
				lined: lines.some((line) => line.outlineStyle !== "none" && parseFloat(line.outlineWidth) >= 2),
			};
		});
		if (!seen.lined && !seen.what.startsWith("<body")) bare.push(seen.what);
	}
	ok(bare.length === 0, "forced colours: each stop of the Tab key is outlined", bare.join("\n"));
	await page.emulateMedia({ forcedColors: null });
}

/** Names go in the direction of their script, and show whole with the focus. */
async function names() {
	const right = page.getByText(arabic, { exact: true });
	const direction = await right.evaluate((element) => getComputedStyle(element).direction);
	ok(direction === "rtl", "a name in Arabic goes from right to left", direction);
	const name = page.getByText(longName, { exact: true });
	const cut = () => name.evaluate((element) => element.scrollHeight - element.clientHeight);
	await page.setViewportSize({ width: 390, height: 844 });
	ok((await cut()) > 0, "a long name is cut after two lines");
	ok((await name.getAttribute("title")) === longName, "its title has all of it");
	await page.getByRole("button", { name: `Actions for ${longName}` }).focus();
	ok((await cut()) === 0, "it shows whole while its row has the focus", await cut());
}

async function everyPage() {
	const only = new RegExp(process.env.ONLY ?? ".");
	const subjects = [...pages.map((path) => ({ name: nameOf(path), path })), ...faults].filter(({ name }) => only.test(name));

	ok(pages.length > 25, `the route table has ${pages.length} pages`);
	for (const subject of subjects) await step(page, `${subject.name} opens`, () => look(subject));
	await step(page, "forced colours", async () => {
		await open({ path: "/tenants/$tenant/team/members" }, "dark");
		await forcedColors();
	});
	await step(page, "names", async () => {
		about.foreign = true;
		await open({ path: "/tenants/$tenant/team/members" }, "light");
		await names();
		about.foreign = false;
	});
	if (process.env.ONLY) return;
	const wanted = subjects.flatMap(({ name }) => widths.flatMap((width) => themes.map((theme) => `${name}-${theme}-${width}.webp`)));
	const over = readdirSync(pictures).filter((file) => !wanted.includes(file));

	if (process.env.CAMELEER_PICTURES === "write") for (const file of over) unlinkSync(join(pictures, file));
	else ok(over.length === 0, "each stored picture is of a page", over.join("\n"));
	ok(missing.size === 0, "each request has an example", [...missing].join("\n"));
}

const browser = await launch({
	flags: ["--font-render-hinting=none", "--force-color-profile=srgb", "--disable-lcd-text", "--hide-scrollbars", "--lang=en-US"],
});
const page = await newPage(browser, {
	base,
	expected: (text) => /status of (404|503)|^ApiError: Not available/.test(text),
	context: { locale: "en-GB", timezoneId: "UTC", deviceScaleFactor: 1 },
});
const bench = await (await browser.newContext()).newPage();

await page.clock.setFixedTime(now);
await page.route("**/*", serve);
await travel(browser, everyPage);
