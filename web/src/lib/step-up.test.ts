// SPDX-License-Identifier: Apache-2.0
import { expect, test, vi } from "vitest";

import { api } from "@/lib/api";
import { onStepUpWanted, stepUp } from "@/lib/step-up";
import { nothing } from "@/lib/schema";

import { fakeApi, json, problemAnswer } from "@tests/fake-api";

const stale = () => problemAnswer(403, { code: "fresh_login_required", detail: "sign in again" });

function dangerous() {
	let fresh = false;
	const platform = fakeApi({ "POST /api/danger": () => (fresh ? json(200, {}) : stale()) });

	return { ...platform, refreshen: () => (fresh = true) };
}

const send = () => api(nothing, { method: "POST", path: "/api/danger", body: {} });

test("a request that wants a fresh proof is sent again after one, with the same key", async () => {
	const platform = dangerous();
	const stop = onStepUpWanted((need) => {
		expect(need).toBe("fresh");
		platform.refreshen();
		return Promise.resolve(true);
	});

	await send();
	const keys = platform.calls.map(({ headers }) => headers.get("Idempotency-Key"));
	expect(keys).toHaveLength(2);
	expect(keys[0]).toBe(keys[1]);
	stop();
});

test("a refused proof leaves the platform's explanation", async () => {
	const platform = dangerous();
	const stop = onStepUpWanted(() => Promise.resolve(false));

	await expect(send()).rejects.toMatchObject({ status: 403, detail: "sign in again" });
	expect(platform.calls).toHaveLength(1);
	stop();
});

test("a proof that did not help is not asked for in a circle", async () => {
	const prover = vi.fn(() => Promise.resolve(true));

	dangerous();
	const stop = onStepUpWanted(prover);
	await expect(send()).rejects.toMatchObject({ code: "fresh_login_required" });
	expect(prover).toHaveBeenCalledTimes(1);
	stop();
});

test("many who ask at once get one dialog", async () => {
	const prover = vi.fn(() => Promise.resolve(true));
	const stop = onStepUpWanted(prover);

	expect(await Promise.all([stepUp("fresh"), stepUp("fresh")])).toEqual([true, true]);
	expect(prover).toHaveBeenCalledTimes(1);
	stop();
	expect(await stepUp("fresh")).toBe(false);
});

test("who asks while the dialog's page goes away gets a no, and may ask again", async () => {
	const leave = onStepUpWanted(() => new Promise(() => undefined));
	const answer = stepUp("fresh");

	leave();
	expect(await answer).toBe(false);
	const stop = onStepUpWanted(() => Promise.resolve(true));
	expect(await stepUp("fresh")).toBe(true);
	stop();
});
