// SPDX-License-Identifier: Apache-2.0
/** Saves a file on the person's machine. */
export function downloadText(name: string, type: string, text: string): void {
	const url = URL.createObjectURL(new Blob([text], { type }));
	const link = document.createElement("a");

	link.href = url;
	link.download = name;
	link.click();
	// The browser has taken it up by the next turn.
	setTimeout(() => URL.revokeObjectURL(url));
}
