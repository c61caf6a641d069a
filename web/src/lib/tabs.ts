// SPDX-License-Identifier: Apache-2.0
/*
 * The session cookie works in one tenant at a time, and tabs share it.  A tab
 * that switches tells the others, so that none goes on in the wrong tenant.
 */
const name = "cameleer.tenant";

export function announceTenant(slug: string): void {
	const channel = new BroadcastChannel(name);

	channel.postMessage(slug);
	channel.close();
}

export function onTenantElsewhere(listener: (slug: string) => void): () => void {
	const channel = new BroadcastChannel(name);

	channel.onmessage = (event: MessageEvent<unknown>) => {
		if (typeof event.data === "string") listener(event.data);
	};
	return () => channel.close();
}
