// SPDX-License-Identifier: Apache-2.0
/*
 * What the journeys share: a real browser whose every complaint counts, steps
 * as TAP, and a look at each page in both themes and on a narrow screen.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { connect } from "node:tls";

import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const wcag = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"];
/*
 * WCAG 2.5.3, label in name: axe calls its rule experimental, so that no tag
 * of a level brings it.
 */
const axeOptions = {
	runOnly: { type: "tag", values: wcag },
	rules: { "label-content-name-mismatch": { enabled: true } },
};
const flags = [
	"--no-sandbox",
	"--disable-gpu",
	"--disable-dev-shm-usage",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
];

const offences = [];
let passed = 0;
let failed = 0;

/** SUMMARY's contents, or nothing. */
export function summary() {
	const { SUMMARY } = process.env;

	return SUMMARY ? JSON.parse(readFileSync(SUMMARY, "utf8")) : {};
}

export function bail(message) {
	console.log(`Bail out! ${message}`);
	process.exit(1);
}

export function ok(good, name, why = "") {
	if (good) passed++;
	else failed++;
	console.log(`${good ? "ok" : "not ok"} ${passed + failed} - ${name}`);
	if (!good) console.log(String(why).replace(/^/gm, "# "));
	return good;
}

/** One step: a step that fails ends the journey, since the next builds on it. */
export async function step(page, name, run) {
	try {
		await run();
		ok(true, name);
	} catch (error) {
		const seen = await page.getByRole("alert").allInnerTexts().catch(() => []);

		ok(false, name, `${error.message}\nat ${page.url()}\n${seen.join("\n")}`);
		throw error;
	}
}

export async function launch(chosen = {}) {
	return await chromium.launch({
		executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
		headless: true,
		args: [...flags, ...(chosen.flags ?? [])],
	});
}

/** Everything that the browser complains about is an offence. */
function watch(page, { base, expected = () => false }) {
	page.on("console", (message) => {
		if (message.type() !== "error") return;
		const from = message.location().url;

		// A browser logs each 401; asking who is there has to begin with one.
		if (/status of 401/.test(message.text()) && /\/api\/auth\/(me|refresh)$/.test(from)) return;
		if (expected(message.text(), from)) return;
		offences.push(`console: ${message.text()} (${from})`);
	});
	page.on("pageerror", (error) => offences.push(`uncaught: ${error.message}`));
	page.on("request", (request) => {
		if (!request.url().startsWith(`${base}/`) && !expected("request", request.url()))
			offences.push(`other origin: ${request.url()}`);
	});
}

/**
 * A page in a browser of its own.  about: base, ca, and expected(text, url)
 * for complaints that belong to the journey.
 */
export async function newPage(browser, about) {
	const context = await browser.newContext({ ignoreHTTPSErrors: Boolean(about.ca), ...about.context });

	await context.exposeBinding("offence", (_, text) => offences.push(text));
	await context.addInitScript(() => {
		document.addEventListener("securitypolicyviolation", (event) => {
			window.offence(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
		});
	});
	const page = await context.newPage();
	page.setDefaultTimeout(20_000);
	watch(page, about);
	return page;
}

/** Another tab of the same browser: it shares cookies, and nothing else. */
export async function addTab(page, about) {
	const tab = await page.context().newPage();

	tab.setDefaultTimeout(20_000);
	watch(tab, about);
	return tab;
}

/** What axe-core finds on a page, one text for each element. */
export async function violationsOf(page) {
	if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
	const { violations } = await page.evaluate((options) => window.axe.run(document, options), {
		...axeOptions,
		resultTypes: ["violations"],
	});

	return violations.flatMap(({ id, nodes }) =>
		nodes.map((node) => `${id}: ${node.html}\n  ${node.failureSummary.replace(/\n/g, " ")}`),
	);
}

/** Looks at a page in both themes, and on a narrow screen. */
export async function inspect(page, name, shots = process.env.SHOTS) {
	for (const [theme, width] of [
		["light", 1440],
		["dark", 1440],
		["light", 390],
		["dark", 390],
	]) {
		await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
		await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
		await page.waitForTimeout(200);
		const why = await violationsOf(page);

		ok(why.length === 0, `${name} is accessible (${theme}, ${width} px)`, why.join("\n"));
		const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
		ok(wide <= 0, `${name} needs no sideways scrolling (${theme}, ${width} px)`, `${wide} px too wide`);
		if (shots) await page.screenshot({ path: join(shots, `${name.replace(/\W+/g, "-")}-${theme}-${width}.png`) });
	}
	await page.emulateMedia({ colorScheme: "light", reducedMotion: null });
	await page.setViewportSize({ width: 1440, height: 900 });
}

/*
 * Chromium takes no authority on its command line: the platform's certificate
 * is checked against it here, before the browser is told to accept.
 */
export function checkCertificate({ base, ca }) {
	const { hostname, port } = new URL(base);
	const authority = ca.startsWith("-----BEGIN") ? ca : readFileSync(ca);

	return new Promise((resolve, reject) => {
		const socket = connect({ host: hostname, port: Number(port || 443), servername: hostname, ca: authority }, () => {
			socket.end();
			resolve();
		});
		socket.on("error", reject);
	});
}

/** Runs a journey to its end, and tells the count. */
export async function travel(browser, journey) {
	try {
		await journey();
	} catch (error) {
		console.log(`# the journey ends here: ${error.message.split("\n")[0]}`);
		if (failed === 0) ok(false, "the journey", error.stack);
	} finally {
		ok(offences.length === 0, "the browser had nothing to complain about", [...new Set(offences)].join("\n"));
		await browser.close();
	}
	console.log(`1..${passed + failed}`);
	console.log(`${passed} passed, ${failed} failed`);
	process.exitCode = failed === 0 ? 0 : 1;
}
