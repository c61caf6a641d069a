// SPDX-License-Identifier: Apache-2.0
import { type ReactNode, useEffect, useId, useRef } from "react";

import { Button } from "@/components/button";

import css from "./confirm.module.css";

type Props = {
	title: string;
	confirm: string;
	danger?: boolean;
	onConfirm: () => void;
	/** Without it the question has to be answered. */
	cancel?: { label: string; onCancel: () => void };
	children: ReactNode;
};

/** A question in the browser's own modal dialog: it is open while it exists. */
export function Confirm({ title, confirm, danger = false, onConfirm, cancel, children }: Props) {
	const dialog = useRef<HTMLDialogElement>(null);
	const id = useId();

	useEffect(() => {
		const element = dialog.current;

		element?.showModal();
		return () => element?.close();
	}, []);

	return (
		<dialog
			ref={dialog}
			className={css.dialog}
			aria-labelledby={id}
			onCancel={(event) => {
				event.preventDefault();
				cancel?.onCancel();
			}}
		>
			<h2 id={id} className={css.title}>
				{title}
			</h2>
			<div className={css.body}>{children}</div>
			<div className={css.actions}>
				{cancel && <Button onClick={cancel.onCancel}>{cancel.label}</Button>}
				<Button kind={danger ? "danger" : "primary"} onClick={onConfirm}>
					{confirm}
				</Button>
			</div>
		</dialog>
	);
}
