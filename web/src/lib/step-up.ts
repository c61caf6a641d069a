// SPDX-License-Identifier: Apache-2.0
/*
 * Dangerous requests want a proof of the last ten minutes, and some tenants
 * want a second factor.  Whoever needs one asks here; the frame of the
 * signed-in pages listens and shows the dialog.
 */
export type Need = "fresh" | "second_factor";

type Prover = (need: Need) => Promise<boolean>;

let prover: Prover | null = null;
let asking: Promise<boolean> | null = null;
let giveUp: () => void = () => undefined;

/** Who no longer listens answers no to those who still wait. */
export function onProofWanted(listener: Prover): () => void {
	prover = listener;
	return () => {
		if (prover !== listener) return;
		prover = null;
		giveUp();
	};
}

/** True once somebody has proved himself; one dialog serves all who ask. */
export function prove(need: Need): Promise<boolean> {
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
