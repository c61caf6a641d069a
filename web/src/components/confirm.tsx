// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from "react";

import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";

import css from "./confirm.module.css";

type Props = {
	title: string;
	confirm: string;
	danger?: boolean;
	busy?: boolean;
	onConfirm: () => void;
	/** Without it the person must answer the question. */
	cancel?: { label: string; onCancel: () => void };
	children: ReactNode;
};

/** A question, answered by one of two buttons. */
export function Confirm({ title, confirm, danger = false, busy = false, onConfirm, cancel, children }: Props) {
	return (
		<Dialog title={title} onClose={cancel?.onCancel}>
			<div className={css.body}>{children}</div>
			<div className={css.actions}>
				{cancel && <Button onClick={cancel.onCancel}>{cancel.label}</Button>}
				<Button kind={danger ? "danger" : "primary"} busy={busy} onClick={onConfirm}>
					{confirm}
				</Button>
			</div>
		</Dialog>
	);
}
