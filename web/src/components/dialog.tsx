// SPDX-License-Identifier: Apache-2.0
import { type ReactNode, useEffect, useId, useRef } from "react";

import css from "./dialog.module.css";

type Props = {
	title: string;
	/** Called on Escape; without it the dialog stays open. */
	onClose?: (() => void) | undefined;
	children: ReactNode;
};

/** The browser's own modal dialog: it is open while it exists. */
export function Dialog({ title, onClose, children }: Props) {
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
				onClose?.();
			}}
		>
			<h2 id={id} className={css.title}>
				{title}
			</h2>
			{children}
		</dialog>
	);
}
