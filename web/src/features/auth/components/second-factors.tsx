// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Loaded } from "@/components/states";
import { factorsQuery } from "@/features/auth/api/factor";
import { RecoveryCard } from "@/features/auth/components/recovery-card";
import { TotpCard } from "@/features/auth/components/totp-card";

/** The app and its recovery codes, which are enabled together. */
export function SecondFactors() {
	const factors = useQuery(factorsQuery);
	const [codes, setCodes] = useState<string[] | null>(null);

	return (
		<Loaded query={factors} label="your second factor">
			{({ totp, recovery_left, passkeys }) => (
				<>
					<TotpCard on={totp} onCodes={setCodes} />
					{(totp || passkeys > 0 || codes) && (
						<RecoveryCard left={recovery_left} codes={codes} onCodes={setCodes} />
					)}
				</>
			)}
		</Loaded>
	);
}
