// SPDX-License-Identifier: Apache-2.0
/*
 * Every page of the console's route table at three widths in both themes:
 * axe-core, no sideways scrolling, and a comparison with a stored picture
 * (tests/browser/pictures); then forced colours.  Prints TAP.  It needs
 * web/dist and no platform: the API answers with its examples.
 *
 *   CAMELEER_PICTURES   "write" stores the pictures anew
 *   CAMELEER_LOGS       where both pictures and their difference are kept
 *   ONLY                a pattern of paths, to look at a few pages
 *   CHROMIUM SHOTS      as in journey.mjs
 */
import { existsSync, readdirSync, readFileSync, unlinkSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { Answers, now } from "./answers.mjs";
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
const answers = new Answers({ permissions });
const missing = new Set();
let refused = null;

/** Pages that are reached by a fault, and by nothing in the table. */
const faults = [
	{ name: "not-found", path: "/tenants/acme/no-such-page" },
	{ name: "no-such-tenant", path: "/tenants/nobody/apps" },
	{ name: "not-permitted", path: "/tenants/acme/audit", refuse: "permissions" },
	{ name: "unavailable", path: "/tenants/acme/apps", refuse: "me" },
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

async function open({ path, refuse = null }) {
	refused = refuse;
	await page.setViewportSize({ width: 1440, height: 900 });
	await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
	await page.goto("about:blank");
	const address = path.replace(/\$\w+/g, (word) => given[word] ?? "acme");
	await page.goto(`${base}${address}${mailed.includes(path) ? "#token=dG9rZW4" : ""}`);
	await settle();
}

/** How many pixels lie beside the screen, once two frames were drawn. */
async function sideways() {
	return await page.evaluate(async () => {
		for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
		return document.documentElement.scrollWidth - window.innerWidth;
	});
}

async function look(subject) {
	await open(subject);
	for (const width of widths)
		for (const theme of themes) {
			const name = `${subject.name}-${theme}-${width}`;

			await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
			await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
			const wide = await sideways();
			const why = await violationsOf(page);
			ok(why.length === 0, `${name}: accessible`, why.join("\n"));
			ok(wide <= 0, `${name}: no sideways scrolling`, `${wide} px too wide`);
			const shot = await page.screenshot({ fullPage: true, animations: "disabled", caret: "hide", scale: "css" });
			const differs = await comparePicture(bench, name, shot);
			ok(differs === "", `${name}: as in its picture`, differs);
		}
}

async function everyPage() {
	const only = new RegExp(process.env.ONLY ?? ".");
	const subjects = [...pages.map((path) => ({ name: nameOf(path), path })), ...faults].filter(({ name }) => only.test(name));

	ok(pages.length > 25, `the route table has ${pages.length} pages`);
	for (const subject of subjects) await step(page, `${subject.name} opens`, () => look(subject));
	if (process.env.ONLY) return;
	const wanted = subjects.flatMap(({ name }) => widths.flatMap((width) => themes.map((theme) => `${name}-${theme}-${width}.webp`)));
	const over = readdirSync(pictures).filter((file) => !wanted.includes(file));

	if (process.env.CAMELEER_PICTURES === "write") for (const file of over) unlinkSync(join(pictures, file));
	else ok(over.length === 0, "each stored picture is of a page", over.join("\n"));
	ok(missing.size === 0, "each request has an example", [...missing].join("\n"));
}

const browser = await launch({
	flags: ["--font-render-hinting=none", "--force-color-profile=srgb", "--disable-lcd-text", "--hide-scrollbars"],
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
