// SPDX-License-Identifier: Apache-2.0
import { Copy, Download, LifeBuoy } from "lucide-react";

import { useAnnounce } from "@/components/announcer";
import { Alert, Problem } from "@/components/alert";
import { Badge } from "@/components/badge";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { useMakeRecoveryCodes } from "@/features/auth/api/factor";
import { copyText } from "@/lib/clipboard";
import { downloadText } from "@/lib/download";
import { toApiError } from "@/lib/problem";

import css from "./security.module.css";

type Props = {
	left: number;
	/** Shown once: codes that were just made, here or with the app. */
	codes: string[] | null;
	onCodes: (codes: string[] | null) => void;
};

export function RecoveryCard({ left, codes, onCodes }: Props) {
	const make = useMakeRecoveryCodes();

	return (
		<Card
			title="Recovery codes"
			aside={<Badge tone={left > 2 ? "ok" : "warn"}>{left === 1 ? "1 left" : `${left} left`}</Badge>}
		>
			<div className={css.stack}>
				{make.error && <Problem error={toApiError(make.error)} />}
				{codes ? (
					<Codes codes={codes} onKept={() => onCodes(null)} />
				) : (
					<>
						<p>Use one when you do not have your phone. Each code works once instead of the app.</p>
						<div>
							<Button
								icon={<LifeBuoy aria-hidden="true" />}
								busy={make.isPending}
								onClick={() =>
									make.mutate(undefined, { onSuccess: ({ recovery_codes }) => onCodes(recovery_codes) })
								}
							>
								Create new codes
							</Button>
						</div>
					</>
				)}
			</div>
		</Card>
	);
}

function Codes({ codes, onKept }: { codes: string[]; onKept: () => void }) {
	const announce = useAnnounce();
	const text = codes.join("\n");

	return (
		<>
			<Alert tone="warn" title="Save these codes now: they are not shown again">
				<p>Older codes no longer work. Store these away from your phone.</p>
			</Alert>
			<ul className={css.codes} aria-label="Recovery codes">
				{codes.map((code) => (
					<li key={code}>
						<code>{code}</code>
					</li>
				))}
			</ul>
			<div className={css.actions}>
				<Button
					icon={<Copy aria-hidden="true" />}
					onClick={() =>
						void copyText(text).then((done) => announce(done ? "Copied" : "The browser refused to copy"))
					}
				>
					Copy
				</Button>
				<Button
					icon={<Download aria-hidden="true" />}
					onClick={() => downloadText("cameleer-recovery-codes.txt", "text/plain", `${text}\n`)}
				>
					Save as a file
				</Button>
				<Button kind="primary" onClick={onKept}>
					I have saved them
				</Button>
			</div>
		</>
	);
}
