// SPDX-License-Identifier: Apache-2.0
/*
 * Somebody signs in where their organisation keeps its accounts: from the
 * console to a real OpenID provider and back, in a real browser; prints TAP.
 * From the environment:
 *
 *   SUMMARY    a platform's summary.json: base_url, ca_cert
 *   ISSUER     the provider, whose pages ask for a name and for consent
 *   EMAIL      whose domain the tenant has proven; its name signs in there
 *   TENANT     the slug of that tenant
 */
import { bail, checkCertificate, inspect, launch, newPage, step, summary, travel } from "./lib.mjs";

const found = summary();
const { ISSUER, EMAIL, TENANT } = process.env;

if (!found.base_url || !ISSUER || !EMAIL || !TENANT) bail("SUMMARY, ISSUER, EMAIL and TENANT are wanted");

const base = found.base_url.replace(/\/$/, "");
const env = { base, ca: found.ca_cert, expected };
let page = null;

/** Complaints about the provider's own pages are not ours. */
function expected(_, from) {
	return from.startsWith(`${ISSUER}/`) || (page?.url().startsWith(`${ISSUER}/`) ?? false);
}

await checkCertificate(env);
const browser = await launch();
page = await newPage(browser, env);

await travel(browser, async () => {
	await step(page, "the sign-in page leads to the organisation's", async () => {
		await page.goto(`${base}/sign-in`);
		await page.getByRole("link", { name: /organisation/i }).click();
		await page.waitForURL(`${base}/sso**`);
	});
	await inspect(page, "the organisation's sign-in");
	await step(page, "an address of nobody's domain stays here", async () => {
		await page.getByLabel("E-mail").fill("somebody@nowhere.example");
		await page.getByRole("button", { name: "Continue" }).click();
		await page.getByText("No organisation uses that domain to sign in").waitFor();
	});
	await step(page, "an address of the tenant's domain leads to its provider", async () => {
		await page.getByLabel("E-mail").fill(EMAIL);
		await page.getByRole("button", { name: "Continue" }).click();
		await page.waitForURL(`${ISSUER}/**`);
	});
	await step(page, "the provider signs in and asks for consent", async () => {
		await page.locator("input[name=login]").fill(EMAIL.split("@")[0]);
		await page.locator("input[name=password]").fill("any will do there");
		await page.locator("button[type=submit]").click();
		await page.locator("button[type=submit]", { hasText: /continue/i }).click();
		await page.waitForURL(`${base}/**`);
	});
	await step(page, "the console knows who that is, and in which tenant", async () => {
		const me = await page.evaluate(
			async (tenant) => (await window.fetch("/api/auth/me", { headers: { "Cameleer-Tenant": tenant } })).json(),
			TENANT,
		);

		if (me.account.email !== EMAIL || me.tenant !== TENANT || me.tenants.length !== 1)
			throw new Error(JSON.stringify(me));
		await page.getByRole("navigation").first().waitFor();
	});
	await inspect(page, "the console after single sign-on");
});
