// SPDX-License-Identifier: Apache-2.0
/** Leaves the console for another page of the platform. */
export function leaveConsole(address: string): void {
	window.location.assign(address);
}
