// SPDX-License-Identifier: Apache-2.0
import { CopyButton } from "@/components/copy-button";

import css from "./secret.module.css";

type Props = { label: string; value: string };

/** A secret that is shown once, in full and easy to copy. */
export function Secret({ label, value }: Props) {
	return (
		<div className={css.secret}>
			<code aria-label={label} role="textbox" aria-readonly="true" tabIndex={0}>
				{value}
			</code>
			<CopyButton label={`Copy the ${label.toLowerCase()}`} text={() => value} />
		</div>
	);
}
