// SPDX-License-Identifier: Apache-2.0
/*
 * Radix menus, never modal: the modal kind locks scrolling by a <style>
 * element, which our content security policy refuses.
 */
import * as Radix from "@radix-ui/react-dropdown-menu";
import { Check } from "lucide-react";
import type { ReactNode } from "react";

import css from "./menu.module.css";

type MenuProps = { trigger: ReactNode; side?: "top" | "bottom"; children: ReactNode };

export function Menu({ trigger, side = "bottom", children }: MenuProps) {
	return (
		<Radix.Root modal={false}>
			<Radix.Trigger asChild>{trigger}</Radix.Trigger>
			<Radix.Portal>
				<Radix.Content className={css.menu} side={side} align="start" sideOffset={6} collisionPadding={8}>
					{children}
				</Radix.Content>
			</Radix.Portal>
		</Radix.Root>
	);
}

type ItemProps = { icon?: ReactNode; checked?: boolean; onSelect: () => void; children: ReactNode };

export function MenuItem({ icon, checked = false, onSelect, children }: ItemProps) {
	return (
		<Radix.Item className={css.item} onSelect={onSelect} aria-current={checked || undefined}>
			{icon}
			<span className={css.text}>{children}</span>
			{checked && <Check aria-hidden="true" />}
		</Radix.Item>
	);
}

export function MenuLabel({ children }: { children: ReactNode }) {
	return <Radix.Label className={css.label}>{children}</Radix.Label>;
}

export function MenuSeparator() {
	return <Radix.Separator className={css.separator} />;
}
