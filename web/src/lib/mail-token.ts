// SPDX-License-Identifier: Apache-2.0
/*
 * A mailed token on its way through the sign-in page: in memory only, so that
 * no storage, address or history ever has it.
 */
let token: string | null = null;

export function setMailToken(value: string | null): void {
	token = value;
}

export function getMailToken(): string | null {
	return token;
}
