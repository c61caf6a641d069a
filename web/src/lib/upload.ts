// SPDX-License-Identifier: Apache-2.0
/* Uploads use XMLHttpRequest: fetch does not report how much was sent. */
import { type Answer, inSession, read, tenantHeader, url, writeHeaders } from "@/lib/api";
import { unreachable } from "@/lib/problem";
import type { z } from "@/lib/schema";

export type Progress = { sent: number; total: number };

type Upload = {
	tenant: string;
	path: string;
	query?: Parameters<typeof url>[1];
	file: File;
	type: string;
	onProgress: (progress: Progress) => void;
	signal: AbortSignal;
};

export async function upload<S extends z.ZodMiniType>(schema: S, request: Upload): Promise<z.output<S>> {
	const key = crypto.randomUUID();

	return read(schema, await inSession(() => transmit(request, key)));
}

function transmit(request: Upload, idempotencyKey: string): Promise<Answer> {
	const { file, signal } = request;

	return new Promise((resolve, reject) => {
		const xhr = new XMLHttpRequest();
		const abort = () => xhr.abort();

		signal.throwIfAborted();
		xhr.open("POST", url(request.path, request.query));
		xhr.setRequestHeader("Accept", "application/json");
		xhr.setRequestHeader(tenantHeader, request.tenant);
		xhr.setRequestHeader("Content-Type", request.type);
		xhr.setRequestHeader("Idempotency-Key", idempotencyKey);
		for (const [name, value] of Object.entries(writeHeaders)) xhr.setRequestHeader(name, value);

		xhr.upload.onprogress = (event) => {
			request.onProgress({ sent: event.loaded, total: file.size });
		};
		xhr.onload = () => {
			resolve({
				status: xhr.status,
				body: xhr.responseText,
				requestId: xhr.getResponseHeader("X-Request-Id") ?? undefined,
			});
		};
		xhr.onerror = () => reject(unreachable());
		xhr.onabort = () => reject(new DOMException("The upload was cancelled.", "AbortError"));
		xhr.onloadend = () => signal.removeEventListener("abort", abort);
		signal.addEventListener("abort", abort);
		xhr.send(file);
	});
}
