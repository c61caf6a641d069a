// SPDX-License-Identifier: Apache-2.0
import { ChevronsUpDown, LogOut, MonitorSmartphone, ShieldCheck } from "lucide-react";

import { Menu, MenuItem, MenuLabel, MenuSeparator } from "@/components/menu";
import { sideButton } from "@/components/shell";
import type { Account } from "@/features/auth/api/account";
import { useLogout } from "@/features/auth/api/session";

import css from "./user-menu.module.css";

type Props = { account: Account; onSecurity: () => void; onSessions: () => void; onSignedOut: () => void };

export function UserMenu({ account, onSecurity, onSessions, onSignedOut }: Props) {
	const logout = useLogout();
	const name = account.name ?? account.email;

	return (
		<Menu
			side="top"
			trigger={
				<button type="button" className={sideButton}>
					<span className={css.avatar} aria-hidden="true">
						{name.charAt(0).toUpperCase()}
					</span>
					<span className={css.text}>
						<span dir="auto" className={css.name} title={name}>
							{name}
						</span>
						<span className="visually-hidden">, your account</span>
					</span>
					<ChevronsUpDown aria-hidden="true" className={css.chevron} />
				</button>
			}
		>
			<MenuLabel>{account.email}</MenuLabel>
			<MenuItem icon={<ShieldCheck aria-hidden="true" />} onSelect={onSecurity}>
				Security
			</MenuItem>
			<MenuItem icon={<MonitorSmartphone aria-hidden="true" />} onSelect={onSessions}>
				Sessions
			</MenuItem>
			<MenuSeparator />
			<MenuItem
				icon={<LogOut aria-hidden="true" />}
				onSelect={() => logout.mutate(undefined, { onSuccess: onSignedOut })}
			>
				Sign out
			</MenuItem>
		</Menu>
	);
}
