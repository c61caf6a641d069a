// SPDX-License-Identifier: Apache-2.0
import { reads } from "@/lib/document";
import { z } from "@/lib/schema";

/** RFC 9457, as all modules and nginx answer. */
const problemSchema = reads("Problem", z.object({
	title: z.optional(z.string()),
	detail: z.optional(z.string()),
	code: z.optional(z.string()),
	request_id: z.optional(z.string()),
	errors: z.catch(z.optional(z.array(z.object({ field: z.string(), detail: z.string() }))), []),
}));

export type FieldError = { field: string; detail: string };

type Facts = {
	status: number;
	code: string;
	title: string;
	detail?: string | undefined;
	requestId?: string | undefined;
	errors?: FieldError[] | undefined;
	signedOut?: boolean;
};

export class ApiError extends Error {
	readonly status: number;
	readonly code: string;
	readonly title: string;
	readonly detail: string | undefined;
	readonly requestId: string | undefined;
	readonly errors: FieldError[];
	/** The session is over and could not be refreshed. */
	readonly signedOut: boolean;

	constructor(facts: Facts) {
		super(facts.detail ?? facts.title);
		this.name = "ApiError";
		this.status = facts.status;
		this.code = facts.code;
		this.title = facts.title;
		this.detail = facts.detail;
		this.requestId = facts.requestId;
		this.errors = facts.errors ?? [];
		this.signedOut = facts.signedOut ?? false;
	}

	/** Refused for what it is: the same request would be refused again. */
	get lasting(): boolean {
		return this.status >= 400 && this.status < 500 && ![408, 409, 423, 429].includes(this.status);
	}

	/** Would the same request probably succeed later? */
	get transient(): boolean {
		return this.status === 0 || this.status === 429 || this.status >= 500;
	}
}

export function unreachable(): ApiError {
	return new ApiError({
		status: 0,
		code: "unreachable",
		title: "The platform does not answer",
		detail: "Check the network connection, then try again.",
	});
}

export function unexpected(status: number, requestId: string | undefined): ApiError {
	return new ApiError({
		status,
		code: "unexpected_answer",
		title: "The platform's answer was not understood",
		detail: "This console may be older than the platform. Reload the page.",
		requestId,
	});
}

const titles: Record<number, string> = {
	401: "You are signed out",
	403: "You are not permitted to do this",
	404: "Not found",
	409: "This conflicts with the current state",
	413: "The file is too large",
	429: "Too many requests. Wait a moment.",
	502: "The platform is not ready",
	503: "The platform is not ready",
	504: "The platform took too long to answer",
};

export function problem(
	status: number,
	body: string,
	requestId: string | undefined,
	signedOut = false,
): ApiError {
	const parsed = problemSchema.safeParse(parseJson(body));
	const facts = parsed.success ? parsed.data : {};

	return new ApiError({
		status,
		signedOut,
		code: facts.code ?? `http_${status}`,
		title: facts.title ?? titles[status] ?? `The platform answered ${status}`,
		detail: facts.detail,
		requestId: facts.request_id ?? requestId,
		errors: facts.errors,
	});
}

/** The parsed value; undefined when the text is not JSON. */
export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** Converts anything that was thrown into an error that can be shown. */
export function toApiError(error: unknown): ApiError {
	if (error instanceof ApiError) return error;
	return new ApiError({
		status: -1,
		code: "console",
		title: "The console failed",
		detail: error instanceof Error ? error.message : String(error),
	});
}

/** Says an answer that the account does not belong to the tenant? */
export function endsMembership(error: unknown): boolean {
	return error instanceof ApiError && (error.code === "no_such_tenant" || error.code === "not_a_member");
}
