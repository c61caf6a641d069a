// SPDX-License-Identifier: Apache-2.0
import { type ReactNode, useState } from "react";

import { Button } from "@/components/button";
import { Confirm } from "@/components/confirm";

type Props = {
	children: string;
	/** Accessible name, when the visible word alone is not clear. */
	label?: string;
	icon?: ReactNode;
	busy?: boolean;
	question: string;
	consequence: ReactNode;
	confirm: string;
	onConfirm: () => void;
};

/** For actions that cannot be undone: a button that asks before it acts. */
export function ConfirmButton(props: Props) {
	const [asking, setAsking] = useState(false);

	return (
		<>
			<Button
				size="sm"
				kind="danger"
				icon={props.icon}
				busy={props.busy}
				aria-label={props.label}
				onClick={() => setAsking(true)}
			>
				{props.children}
			</Button>
			{asking && (
				<Confirm
					title={props.question}
					confirm={props.confirm}
					danger
					onConfirm={() => {
						setAsking(false);
						props.onConfirm();
					}}
					cancel={{ label: "Cancel", onCancel: () => setAsking(false) }}
				>
					{props.consequence}
				</Confirm>
			)}
		</>
	);
}
