// SPDX-License-Identifier: Apache-2.0
/*
 * The token of a mail while the person signs in: in memory only, so that no
 * storage, address or history contains it.
 */
let token: string | null = null;

export function setMailToken(value: string | null): void {
	token = value;
}

export function getMailToken(): string | null {
	return token;
}
