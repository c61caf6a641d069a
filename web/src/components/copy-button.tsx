// SPDX-License-Identifier: Apache-2.0
import { Check, Copy } from "lucide-react";
import { useState } from "react";

import { IconButton } from "@/components/button";
import { useAnnounce } from "@/components/announcer";
import { copyText } from "@/lib/clipboard";

type Props = { label: string; text: () => string };

export function CopyButton({ label, text }: Props) {
	const [copied, setCopied] = useState(false);
	const announce = useAnnounce();

	async function copy() {
		const done = await copyText(text());

		announce(done ? "Copied" : "The browser refused to copy");
		setCopied(done);
		if (done) setTimeout(() => setCopied(false), 2000);
	}
	return (
		<IconButton
			label={label}
			icon={copied ? <Check aria-hidden="true" /> : <Copy aria-hidden="true" />}
			onClick={() => void copy()}
		/>
	);
}
