// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { ChevronsUpDown, LayoutGrid, Plus } from "lucide-react";

import { GivenName } from "@/components/given-name";
import { Menu, MenuItem, MenuLabel, MenuSeparator } from "@/components/menu";
import { sideButton } from "@/components/shell";
import { tenantsQuery, useTenant } from "@/features/tenants/api/tenant";

import css from "./tenant-switcher.module.css";

type Props = {
	current: string | null;
	onSwitch: (slug: string) => void;
	onAll: () => void;
	/** None for those who can make no tenant. */
	onCreate: (() => void) | null;
};

export function TenantSwitcher({ current, onSwitch, onAll, onCreate }: Props) {
	const list = useQuery(tenantsQuery).data;
	const here = useTenant(current);
	const listed = list?.items ?? [];
	const more = (list?.next ?? null) !== null;
	const kept = here && !listed.some(({ id }) => id === here.id) ? [here] : [];
	const tenants = [...kept, ...listed];
	const name = here?.name ?? current ?? "Choose a tenant";

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
			{tenants.length > 0 && (
				<MenuLabel>{more ? `The first ${listed.length} of your tenants` : "Your tenants"}</MenuLabel>
			)}
			{tenants.map((tenant) => (
				<MenuItem key={tenant.id} checked={tenant.slug === current} onSelect={() => onSwitch(tenant.slug)}>
					<GivenName>{tenant.name}</GivenName>
				</MenuItem>
			))}
			{tenants.length > 0 && <MenuSeparator />}
			<MenuItem icon={<LayoutGrid aria-hidden="true" />} onSelect={onAll}>
				{more ? "Search all tenants" : "All tenants"}
			</MenuItem>
			{onCreate && (
				<MenuItem icon={<Plus aria-hidden="true" />} onSelect={onCreate}>
					New tenant
				</MenuItem>
			)}
		</Menu>
	);
}
