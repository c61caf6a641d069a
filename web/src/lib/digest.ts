// SPDX-License-Identifier: Apache-2.0
/** The SHA-256 of a file in hexadecimal, as releases have it. */
export async function sha256(file: Blob): Promise<string> {
	const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));

	return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
