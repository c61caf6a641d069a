// SPDX-License-Identifier: Apache-2.0
import { Fingerprint } from "lucide-react";

import { Alert, Problem } from "@/components/alert";
import { Button } from "@/components/button";
import { toApiError } from "@/lib/problem";
import { passkeyFailure, passkeysWork } from "@/lib/webauthn";

type Props = { busy: boolean; error: unknown; onPress: () => void; children: string };

/** A button that opens the browser's passkey window; shows its failure. */
export function PasskeyButton({ busy, error, onPress, children }: Props) {
	if (!passkeysWork()) return null;
	return (
		<>
			<PasskeyProblem error={error} />
			<Button icon={<Fingerprint aria-hidden="true" />} busy={busy} onClick={onPress}>
				{children}
			</Button>
		</>
	);
}

function PasskeyProblem({ error }: { error: unknown }) {
	const refusal = passkeyFailure(error);

	if (refusal) return <Alert tone="warn" title={refusal} />;
	return error ? <Problem error={toApiError(error)} /> : null;
}
