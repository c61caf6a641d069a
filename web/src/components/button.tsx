// SPDX-License-Identifier: Apache-2.0
import type { ComponentProps, ReactNode } from "react";

import css from "./button.module.css";

type Kind = "primary" | "secondary" | "quiet" | "danger";

type Look = {
	kind?: Kind | undefined;
	size?: "md" | "sm" | undefined;
	icon?: ReactNode;
};

/** The look of a button, for links that lead somewhere. */
export function buttonClass({ kind = "secondary", size = "md" }: Look = {}): string {
	return `${css.button ?? ""} ${css[kind] ?? ""} ${size === "sm" ? (css.sm ?? "") : ""}`;
}

type Props = ComponentProps<"button"> & Look & { busy?: boolean | undefined };

export function Button({ kind, size, icon, busy = false, children, onClick, ...rest }: Props) {
	return (
		<button
			type="button"
			{...rest}
			className={buttonClass({ kind, size })}
			aria-disabled={busy || undefined}
			onClick={(event) => {
				if (busy) event.preventDefault();
				else onClick?.(event);
			}}
		>
			{busy ? <span className={css.spinner} aria-hidden="true" /> : icon}
			<span>{children}</span>
		</button>
	);
}

type IconButtonProps = Omit<ComponentProps<"button">, "children"> & { label: string; icon: ReactNode };

export function IconButton({ label, icon, ...rest }: IconButtonProps) {
	return (
		<button type="button" {...rest} className={css.icon} aria-label={label} title={label}>
			{icon}
		</button>
	);
}
