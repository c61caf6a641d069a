// SPDX-License-Identifier: Apache-2.0
/*
 * A platform for one test: it answers by "METHOD /path", and fails the test for
 * any other request.  Like the real platform it refuses a request about a
 * tenant that does not name one.
 */
import { vi } from "vitest";

import { tenantHeader } from "@/lib/api";

type Call = { method: string; path: string; query: URLSearchParams; headers: Headers; body: unknown };
type Answer = (call: Call) => Response | Promise<Response>;

export function json(status: number, body: unknown): Response {
	return new Response(status === 204 ? null : JSON.stringify(body), {
		status,
		headers: { "Content-Type": "application/json", "X-Request-Id": "req-from-header" },
	});
}

export function problemAnswer(status: number, facts: Record<string, unknown> = {}): Response {
	return new Response(JSON.stringify({ type: "about:blank", status, title: "Refused", code: "refused", ...facts }), {
		status,
		headers: { "Content-Type": "application/problem+json", "X-Request-Id": "req-from-header" },
	});
}

/** Routes about a tenant. */
const ofTenant = /^\/api\/(apps|auth\/(tokens|service-accounts)|tenants\/|sso\/(provider|domains|enforce))/;

export function fakeApi(answers: Record<string, Answer>) {
	const calls: Call[] = [];

	vi.stubGlobal("fetch", async (input: string, init: RequestInit = {}) => {
		const { pathname, searchParams } = new URL(input, "https://localhost/");
		const call: Call = {
			method: init.method ?? "GET",
			path: pathname,
			query: searchParams,
			headers: new Headers(init.headers),
			body: typeof init.body === "string" ? (JSON.parse(init.body) as unknown) : undefined,
		};
		const answer = answers[`${call.method} ${pathname}`];

		calls.push(call);
		if (!answer) throw new Error(`the test's platform knows no ${call.method} ${pathname}`);
		if (ofTenant.test(pathname) && !call.headers.has(tenantHeader))
			return problemAnswer(400, { code: "tenant_required" });
		return answer(call);
	});
	return {
		calls,
		count: (method: string, path: string) =>
			calls.filter((call) => call.method === method && call.path === path).length,
	};
}
