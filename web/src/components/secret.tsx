// SPDX-License-Identifier: Apache-2.0
import { useId } from "react";

import { CopyButton } from "@/components/copy-button";

import css from "./secret.module.css";

type Props = { label: string; value: string };

/** A secret or an address, named, in full and easy to copy. */
export function Secret({ label, value }: Props) {
	const id = useId();

	return (
		<div>
			<span id={id} className={css.label}>
				{label}
			</span>
			<div className={css.secret}>
				<code aria-labelledby={id} role="textbox" aria-readonly="true" tabIndex={0}>
					{value}
				</code>
				<CopyButton label={`Copy the ${label.toLowerCase()}`} text={() => value} />
			</div>
		</div>
	);
}
