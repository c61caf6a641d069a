// SPDX-License-Identifier: Apache-2.0
/*
 * The only client of the API.  It sends, answers a 401 by one refresh, checks
 * the answer against its schema, and throws ApiError for everything else.  It
 * shows nothing and navigates nowhere: error.signedOut says that the session
 * ended.
 */
import { parseJson, problem, unexpected, unreachable } from "@/lib/problem";
import { stepUp } from "@/lib/step-up";
import type { z } from "@/lib/schema";

export type Answer = {
	status: number;
	body: string;
	requestId: string | undefined;
	/** For a file in pages: where the next page begins. */
	next?: string | undefined;
};

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

type Request = {
	/**
	 * The slug of the tenant that the request is for; none for the account
	 * itself.
	 */
	tenant?: string;
	method?: Method;
	path: string;
	query?: Record<string, string | number | boolean | null | undefined>;
	body?: unknown;
	/**
	 * The version of the object to change, where the platform requires it.
	 */
	version?: number | undefined;
	accept?: string;
	signal?: AbortSignal | undefined;
	/** Sign-in requests: a 401 is the answer, not an expired session. */
	anonymous?: boolean;
};

export async function api<S extends z.ZodMiniType>(schema: S, request: Request): Promise<z.output<S>> {
	const key = request.method === "POST" ? crypto.randomUUID() : undefined;
	const send = () => transmit(request, key);

	return read(schema, request.anonymous ? await send() : await proven(send));
}

/** A page of a file, exactly as the platform wrote it. */
export async function apiText(request: Request): Promise<{ text: string; next: string | null }> {
	const answer = await proven(() => transmit(request));

	if (answer.status < 200 || answer.status > 299) throw problem(answer.status, answer.body, answer.requestId);
	return { text: answer.body, next: answer.next ?? null };
}

/** Sends; when the answer asks for a step-up, sends again after it. */
async function proven(send: () => Promise<Answer>): Promise<Answer> {
	const first = await inSession(send);

	if (first.status !== 403 || code(first) !== "fresh_login_required") return first;
	return (await stepUp("fresh")) ? await inSession(send) : first;
}

function code({ status, body }: Answer): string {
	return problem(status, body, undefined).code;
}

/** Sends; when the access token has expired, refreshes it and sends again. */
export async function inSession(send: () => Promise<Answer>): Promise<Answer> {
	const first = await send();

	// A wrong password or code is also a 401; the session is still valid.
	if (first.status !== 401 || code(first).startsWith("wrong_")) return first;
	if (!(await refresh())) throw problem(401, first.body, first.requestId, true);

	const second = await send();
	if (second.status === 401) throw problem(401, second.body, second.requestId, true);
	return second;
}

export function read<S extends z.ZodMiniType>(schema: S, answer: Answer): z.output<S> {
	const { status, body, requestId } = answer;

	if (status < 200 || status > 299) throw problem(status, body, requestId);

	const parsed = schema.safeParse(body === "" ? undefined : parseJson(body));
	if (!parsed.success) throw unexpected(status, requestId);
	return parsed.data;
}

export function url(path: string, query: Request["query"] = {}): string {
	const search = new URLSearchParams();

	for (const [name, value] of Object.entries(query)) {
		if (value !== null && value !== undefined) search.set(name, String(value));
	}
	return search.size > 0 ? `${path}?${search}` : path;
}

/**
 * Each request names its tenant, so that tabs of one session can work in
 * different tenants.  Queries and writes get the tenant from their page.
 */
export const tenantHeader = "Cameleer-Tenant";

/** CSRF: every write carries a header that other sites cannot set. */
export const writeHeaders = { "X-Cameleer-Request": "1" };

async function transmit(request: Request, idempotencyKey?: string): Promise<Answer> {
	const method = request.method ?? "GET";
	const headers = new Headers({ Accept: request.accept ?? "application/json" });
	let response: Response;

	if (method !== "GET") {
		for (const [name, value] of Object.entries(writeHeaders)) headers.set(name, value);
	}
	if (request.tenant !== undefined) headers.set(tenantHeader, request.tenant);
	if (idempotencyKey) headers.set("Idempotency-Key", idempotencyKey);
	if (request.version !== undefined) headers.set("If-Match", `"${request.version}"`);
	if (request.body !== undefined) headers.set("Content-Type", "application/json");

	try {
		response = await fetch(url(request.path, request.query), {
			method,
			headers,
			credentials: "same-origin",
			cache: "no-store",
			redirect: "error",
			body: request.body === undefined ? null : JSON.stringify(request.body),
			signal: request.signal ?? null,
		});
		return {
			status: response.status,
			body: await response.text(),
			requestId: response.headers.get("X-Request-Id") ?? undefined,
			next: response.headers.get("X-Cameleer-Next") ?? undefined,
		};
	} catch (error) {
		if (request.signal?.aborted) throw error;
		throw unreachable();
	}
}

let refreshing: Promise<boolean> | null = null;

/**
 * One refresh at a time, in this tab and across all tabs: the token rotates.
 */
function refresh(): Promise<boolean> {
	refreshing ??= exclusively(async () => {
		const answer = await transmit({ method: "POST", path: "/api/auth/refresh", body: {} });

		if (answer.status >= 200 && answer.status <= 299) return true;
		if (answer.status === 429 || answer.status >= 500)
			throw problem(answer.status, answer.body, answer.requestId);
		return false;
	}).finally(() => {
		refreshing = null;
	});
	return refreshing;
}

async function exclusively(run: () => Promise<boolean>): Promise<boolean> {
	// Absent outside secure contexts, where no __Host- cookie exists either.
	if (!("locks" in navigator)) return run();
	return await navigator.locks.request("cameleer.refresh", run);
}
