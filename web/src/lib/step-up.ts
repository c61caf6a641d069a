// SPDX-License-Identifier: Apache-2.0
/*
 * Step-up authentication: dangerous requests need a proof of the last ten
 * minutes, and some tenants require a second factor.  Code that needs one calls
 * stepUp(); the frame of the signed-in pages listens and shows the dialog.
 */
export type Need = "fresh" | "second_factor";

type Prover = (need: Need) => Promise<boolean>;

let prover: Prover | null = null;
let asking: Promise<boolean> | null = null;
let giveUp: () => void = () => undefined;

/** Removing the listener answers "no" to every caller that still waits. */
export function onStepUpWanted(listener: Prover): () => void {
	prover = listener;
	return () => {
		if (prover !== listener) return;
		prover = null;
		giveUp();
	};
}

/** True after a successful proof; one dialog serves all callers at a time. */
export function stepUp(need: Need): Promise<boolean> {
	if (!prover) return Promise.resolve(false);
	asking ??= Promise.race([
		prover(need),
		new Promise<boolean>((answer) => {
			giveUp = () => answer(false);
		}),
	]).finally(() => {
		asking = null;
	});
	return asking;
}
