// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { ChevronsUpDown, LayoutGrid, Plus } from "lucide-react";

import { GivenName } from "@/components/given-name";
import { Menu, MenuItem, MenuLabel, MenuSeparator } from "@/components/menu";
import { sideButton } from "@/components/shell";
import { tenantsQuery } from "@/features/tenants/api/tenant";

import css from "./tenant-switcher.module.css";

type Props = {
	current: string | null;
	onSwitch: (slug: string) => void;
	onAll: () => void;
	onCreate: () => void;
};

export function TenantSwitcher({ current, onSwitch, onAll, onCreate }: Props) {
	const tenants = useQuery(tenantsQuery).data?.items ?? [];
	const name = tenants.find(({ slug }) => slug === current)?.name ?? current ?? "Choose a tenant";

	return (
		<Menu
			trigger={
				<button type="button" className={sideButton}>
					<span className={css.text}>
						<span className={css.label}>Tenant</span>
						<span dir="auto" className={css.name} title={name}>
							{name}
						</span>
					</span>
					<ChevronsUpDown aria-hidden="true" className={css.chevron} />
				</button>
			}
		>
			{tenants.length > 0 && <MenuLabel>Your tenants</MenuLabel>}
			{tenants.map((tenant) => (
				<MenuItem key={tenant.id} checked={tenant.slug === current} onSelect={() => onSwitch(tenant.slug)}>
					<GivenName>{tenant.name}</GivenName>
				</MenuItem>
			))}
			{tenants.length > 0 && <MenuSeparator />}
			<MenuItem icon={<LayoutGrid aria-hidden="true" />} onSelect={onAll}>
				All tenants
			</MenuItem>
			<MenuItem icon={<Plus aria-hidden="true" />} onSelect={onCreate}>
				New tenant
			</MenuItem>
		</Menu>
	);
}
