// SPDX-License-Identifier: Apache-2.0
import { expect, test, vi } from "vitest";

import { z } from "@/lib/schema";
import { upload } from "@/lib/upload";

import { fakeApi, json } from "@tests/fake-api";
import { fakeXhr } from "@tests/fake-xhr";

const schema = z.object({ ok: z.boolean() });

function begin() {
	const sent = fakeXhr();
	const controller = new AbortController();
	const onProgress = vi.fn();
	const done = upload(schema, {
		tenant: "demo",
		path: "/api/up",
		query: { deploy: false },
		file: new File(["12345678"], "a.jar"),
		type: "application/java-archive",
		onProgress,
		signal: controller.signal,
	});

	return { sent, controller, onProgress, done };
}

test("sends the file itself, marked as ours, and tells how far it is", async () => {
	const { sent, onProgress, done } = begin();

	expect(sent[0]?.target).toBe("POST /api/up?deploy=false");
	expect(sent[0]?.headers).toMatchObject({
		"Content-Type": "application/java-archive",
		"X-Cameleer-Request": "1",
		"Cameleer-Tenant": "demo",
	});
	expect(sent[0]?.sent).toBeInstanceOf(File);
	sent[0]?.progress(4);
	expect(onProgress).toHaveBeenCalledWith({ sent: 4, total: 8 });
	sent[0]?.answer(202, { ok: true });
	expect(await done).toEqual({ ok: true });
});

test("a refusal says why", async () => {
	const { sent, done } = begin();

	sent[0]?.answer(422, { title: "Refused", detail: "no manifest", request_id: "r1" });
	await expect(done).rejects.toMatchObject({ status: 422, detail: "no manifest", requestId: "r1" });
});

test("a broken connection is told apart from a refusal", async () => {
	const { sent, done } = begin();

	sent[0]?.break();
	await expect(done).rejects.toMatchObject({ status: 0, code: "unreachable" });
});

test("giving up stops the sending", async () => {
	const { sent, controller, done } = begin();

	controller.abort();
	await expect(done).rejects.toMatchObject({ name: "AbortError" });
	expect(sent[0]?.aborted).toBe(true);
});

test("a lapsed token is refreshed, and the file sent again under the same key", async () => {
	fakeApi({ "POST /api/auth/refresh": () => json(200, {}) });
	const { sent, done } = begin();

	sent[0]?.answer(401, {});
	await vi.waitFor(() => expect(sent).toHaveLength(2));
	expect(sent[1]?.headers["Idempotency-Key"]).toBe(sent[0]?.headers["Idempotency-Key"]);
	sent[1]?.answer(202, { ok: true });
	expect(await done).toEqual({ ok: true });
});
