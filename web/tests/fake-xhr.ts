// SPDX-License-Identifier: Apache-2.0
import { vi } from "vitest";

/** An XMLHttpRequest that the test controls. */
export class FakeXhr {
	static all: FakeXhr[] = [];
	upload: { onprogress?: (event: { loaded: number }) => void } = {};
	headers: Record<string, string> = {};
	onload?: () => void;
	onerror?: () => void;
	onabort?: () => void;
	onloadend?: () => void;
	status = 0;
	responseText = "";
	aborted = false;
	target = "";
	sent: unknown;

	constructor() {
		FakeXhr.all.push(this);
	}

	open(method: string, target: string) {
		this.target = `${method} ${target}`;
	}

	setRequestHeader(name: string, value: string) {
		this.headers[name] = value;
	}

	getResponseHeader() {
		return "req-9";
	}

	send(body: unknown) {
		this.sent = body;
	}

	progress(loaded: number) {
		this.upload.onprogress?.({ loaded });
	}

	answer(status: number, body: unknown) {
		this.status = status;
		this.responseText = JSON.stringify(body);
		this.onload?.();
		this.onloadend?.();
	}

	break() {
		this.onerror?.();
		this.onloadend?.();
	}

	abort() {
		this.aborted = true;
		this.onabort?.();
		this.onloadend?.();
	}
}

export function fakeXhr(): FakeXhr[] {
	FakeXhr.all = [];
	vi.stubGlobal("XMLHttpRequest", FakeXhr);
	return FakeXhr.all;
}
