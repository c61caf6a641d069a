// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test, vi } from "vitest";

import { api, url } from "@/lib/api";
import { ApiError } from "@/lib/problem";
import { nothing, z } from "@/lib/schema";

import { fakeApi, json, problemAnswer } from "@tests/fake-api";

const thing = z.object({ name: z.string() });

async function failure(promise: Promise<unknown>): Promise<ApiError> {
	const error: unknown = await promise.then(
		() => new Error("it did not fail"),
		(reason: unknown) => reason,
	);

	expect(error).toBeInstanceOf(ApiError);
	return error as ApiError;
}

describe("a request", () => {
	test("gives back what its schema lets through", async () => {
		fakeApi({ "GET /api/thing": () => json(200, { name: "one", more: "is dropped" }) });
		expect(await api(thing, { path: "/api/thing" })).toEqual({ name: "one" });
	});

	test("that writes says that a page of ours sent it; one that reads does not", async () => {
		const platform = fakeApi({
			"GET /api/thing": () => json(200, { name: "one" }),
			"DELETE /api/thing": () => json(204, null),
		});

		await api(thing, { path: "/api/thing" });
		await api(nothing, { method: "DELETE", path: "/api/thing" });
		expect(platform.calls.map(({ headers }) => headers.get("X-Cameleer-Request"))).toEqual([null, "1"]);
	});

	test("that creates carries an idempotency key, each its own", async () => {
		const platform = fakeApi({ "POST /api/thing": () => json(202, {}) });

		await api(nothing, { method: "POST", path: "/api/thing", body: { a: 1 } });
		await api(nothing, { method: "POST", path: "/api/thing", body: { a: 1 } });
		const keys = platform.calls.map(({ headers }) => headers.get("Idempotency-Key"));
		expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
		expect(keys[1]).not.toBe(keys[0]);
	});

	test("leaves out empty parameters", () => {
		expect(url("/x", { after: null, limit: 5, q: undefined })).toBe("/x?limit=5");
		expect(url("/x", { q: "a&b" })).toBe("/x?q=a%26b");
		expect(url("/x")).toBe("/x");
	});
});

describe("a failure", () => {
	test("is what the problem document says, field by field", async () => {
		fakeApi({
			"POST /api/thing": () =>
				problemAnswer(422, {
					title: "Not valid",
					detail: "1 field is not valid",
					code: "validation",
					request_id: "req-7",
					errors: [{ field: "name", detail: "is taken" }],
				}),
		});
		const error = await failure(api(thing, { method: "POST", path: "/api/thing", body: {} }));

		expect(error).toMatchObject({
			status: 422,
			code: "validation",
			title: "Not valid",
			detail: "1 field is not valid",
			requestId: "req-7",
			errors: [{ field: "name", detail: "is taken" }],
			signedOut: false,
			transient: false,
		});
	});

	test("without a problem document still has a title and the request's number", async () => {
		fakeApi({
			"GET /api/thing": () =>
				new Response("<html>Bad Gateway</html>", { status: 502, headers: { "X-Request-Id": "req-8" } }),
		});
		const error = await failure(api(thing, { path: "/api/thing" }));

		expect(error).toMatchObject({ status: 502, code: "http_502", requestId: "req-8", transient: true });
		expect(error.title).toBe("The platform is not ready");
	});

	test.each([
		["of another shape", () => json(200, { nom: "un" })],
		["that is not JSON", () => new Response("hello", { status: 200 })],
		["that is empty", () => new Response("", { status: 200 })],
	])("is an answer %s", async (_, answer) => {
		fakeApi({ "GET /api/thing": answer });
		expect((await failure(api(thing, { path: "/api/thing" }))).code).toBe("unexpected_answer");
	});

	test("is a platform that cannot be reached", async () => {
		vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
		expect(await failure(api(thing, { path: "/api/thing" }))).toMatchObject({ status: 0, transient: true });
	});

	test("is not a request that was given up", async () => {
		const gone = AbortSignal.abort();

		vi.stubGlobal("fetch", () => Promise.reject(new DOMException("aborted", "AbortError")));
		await expect(api(thing, { path: "/api/thing", signal: gone })).rejects.toBeInstanceOf(DOMException);
	});
});

describe("a lapsed access token", () => {
	function lapsed(refresh: () => Response) {
		let fresh = false;

		return fakeApi({
			"GET /api/thing": () => (fresh ? json(200, { name: "one" }) : problemAnswer(401)),
			"POST /api/thing": () => (fresh ? json(200, { name: "made" }) : problemAnswer(401)),
			"POST /api/auth/refresh": () => {
				const answer = refresh();
				fresh = answer.ok;
				return answer;
			},
		});
	}

	test("is refreshed once, and the request sent again", async () => {
		const platform = lapsed(() => json(200, {}));

		expect(await api(thing, { path: "/api/thing" })).toEqual({ name: "one" });
		expect(platform.count("POST", "/api/auth/refresh")).toBe(1);
		expect(platform.calls[1]?.headers.get("X-Cameleer-Request")).toBe("1");
	});

	test("is refreshed once for many requests at the same time", async () => {
		const platform = lapsed(() => json(200, {}));

		await Promise.all([1, 2, 3].map(() => api(thing, { path: "/api/thing" })));
		expect(platform.count("POST", "/api/auth/refresh")).toBe(1);
	});

	test("does not make a write happen twice: the key stays", async () => {
		const platform = lapsed(() => json(200, {}));

		await api(thing, { method: "POST", path: "/api/thing", body: {} });
		const keys = platform.calls
			.filter(({ path }) => path === "/api/thing")
			.map(({ headers }) => headers.get("Idempotency-Key"));
		expect(keys).toHaveLength(2);
		expect(keys[0]).toBe(keys[1]);
	});

	test("that cannot be refreshed ends the session", async () => {
		lapsed(() => problemAnswer(401));
		expect(await failure(api(thing, { path: "/api/thing" }))).toMatchObject({ status: 401, signedOut: true });
	});

	test("does not end the session while the platform is only down", async () => {
		lapsed(() => problemAnswer(503));
		expect(await failure(api(thing, { path: "/api/thing" }))).toMatchObject({ status: 503, signedOut: false });
	});

	test("ends the session when the fresh one is refused, too, without a loop", async () => {
		const platform = fakeApi({
			"GET /api/thing": () => problemAnswer(401),
			"POST /api/auth/refresh": () => json(200, {}),
		});

		expect(await failure(api(thing, { path: "/api/thing" }))).toMatchObject({ signedOut: true });
		expect(platform.calls).toHaveLength(3);
	});

	test("is not what a wrong password means", async () => {
		const platform = fakeApi({ "POST /api/auth/login": () => problemAnswer(401, { detail: "wrong" }) });
		const error = await failure(api(thing, { method: "POST", path: "/api/auth/login", body: {}, anonymous: true }));

		expect(error).toMatchObject({ status: 401, signedOut: false, detail: "wrong" });
		expect(platform.calls).toHaveLength(1);
	});
});
