// SPDX-License-Identifier: Apache-2.0
import { Link } from "@tanstack/react-router";

import { NavGroup, navItem } from "@/components/shell";
import { TabNav, tabLink } from "@/components/tab-nav";
import type { Grant } from "@/lib/permission";
import { mayOpen } from "@/routes/access";
import type { NavItem, NavTable } from "@/routes/nav";

type Params = { tenant?: string; app?: string };

type ItemProps = { item: NavItem; params: Params; className: string };

function NavLink({ item: { to, icon: Icon, label, exact = false }, params, className }: ItemProps) {
	return (
		<Link to={to} params={params} activeOptions={{ exact }} className={className}>
			<Icon aria-hidden="true" />
			{label}
		</Link>
	);
}

type Props = { table: NavTable; grants: readonly Grant[]; params?: Params };

function permitted({ table, grants, params }: Props): readonly NavItem[] {
	return table.items.filter(({ permission }) => mayOpen(permission, grants, params?.app));
}

/**
 * A section of the sidebar; empty when the account may open none of its pages.
 */
export function NavSection(props: Props) {
	const items = permitted(props);

	if (items.length === 0) return null;
	return (
		<NavGroup label={props.table.label}>
			{items.map((item) => (
				<li key={item.to}>
					<NavLink item={item} params={props.params ?? {}} className={navItem} />
				</li>
			))}
		</NavGroup>
	);
}

/** The tabs of a page; a single tab is left out. */
export function Tabs(props: Props) {
	const items = permitted(props);

	if (items.length < 2) return null;
	return (
		<TabNav label={props.table.label}>
			{items.map((item) => (
				<NavLink key={item.to} item={item} params={props.params ?? {}} className={tabLink} />
			))}
		</TabNav>
	);
}
