// SPDX-License-Identifier: Apache-2.0
/*
 * Navigation: the sidebar (a drawer on phones) and the tabs draw these
 * tables, and leave out what the account's permissions do not open.
 */
import {
	Activity,
	Bot,
	Boxes,
	Building2,
	Cable,
	History,
	KeyRound,
	KeySquare,
	Layers,
	ListChecks,
	LogIn,
	type LucideIcon,
	MailPlus,
	MonitorSmartphone,
	Rocket,
	ScrollText,
	Server,
	Shield,
	ShieldCheck,
	UserRound,
	UsersRound,
} from "lucide-react";

import type { Access } from "@/routes/access";

export type NavItem = {
	to: string;
	icon: LucideIcon;
	label: string;
	/** The access of the page that it leads to. */
	permission: Access;
	/** Marked as current on this page only, not on those below it. */
	exact?: boolean;
};

export type NavTable = { label: string; items: readonly NavItem[] };

export const accountNav = {
	label: "Account",
	items: [
		{ to: "/tenants", icon: Building2, label: "Tenants", permission: "account", exact: true },
		{ to: "/security", icon: ShieldCheck, label: "Security", permission: "account" },
		{ to: "/sessions", icon: MonitorSmartphone, label: "Sessions", permission: "account" },
	],
} as const satisfies NavTable;

/** For operators of the platform. */
export const platformNav = {
	label: "Platform",
	items: [
		{ to: "/platform/places", icon: Server, label: "Places", permission: "platform.place.read" },
		{ to: "/platform/operations", icon: ListChecks, label: "Operations", permission: "platform.operation.read" },
		{ to: "/platform/isolation", icon: Shield, label: "Isolation", permission: "platform.tenant.read" },
	],
} as const satisfies NavTable;

export const workspaceNav = [
	{
		label: "Workspace",
		items: [
			{ to: "/tenants/$tenant/apps", icon: Boxes, label: "Applications", permission: "app.read" },
			{ to: "/tenants/$tenant", icon: Activity, label: "Tenant status", permission: "tenant.read", exact: true },
			{ to: "/tenants/$tenant/plan", icon: Layers, label: "Plan", permission: "tenant.read" },
			{ to: "/tenants/$tenant/isolation", icon: Shield, label: "Isolation", permission: "tenant.read" },
			{ to: "/tenants/$tenant/tokens", icon: KeyRound, label: "Tokens", permission: "tenant.read" },
			{ to: "/tenants/$tenant/agents", icon: Cable, label: "Agents", permission: "agent.connect" },
		],
	},
	{
		label: "Administration",
		items: [
			{ to: "/tenants/$tenant/team", icon: UsersRound, label: "Team", permission: "member.read" },
			{ to: "/tenants/$tenant/sign-in", icon: LogIn, label: "Sign-in", permission: "sso.manage" },
			{ to: "/tenants/$tenant/audit", icon: ScrollText, label: "Audit log", permission: "audit.read" },
		],
	},
] as const satisfies readonly NavTable[];

export const appTabs = {
	label: "Application",
	items: [
		{ to: "/tenants/$tenant/apps/$app/deploy", icon: Rocket, label: "Deploy", permission: "app.read" },
		{ to: "/tenants/$tenant/apps/$app/logs", icon: ScrollText, label: "Logs", permission: "log.read" },
		{ to: "/tenants/$tenant/apps/$app/versions", icon: History, label: "Versions", permission: "app.read" },
	],
} as const satisfies NavTable;

export const teamTabs = {
	label: "Team",
	items: [
		{ to: "/tenants/$tenant/team/members", icon: UserRound, label: "Members", permission: "member.read" },
		{ to: "/tenants/$tenant/team/invitations", icon: MailPlus, label: "Invitations", permission: "member.read" },
		{ to: "/tenants/$tenant/team/teams", icon: UsersRound, label: "Teams", permission: "member.read" },
		{ to: "/tenants/$tenant/team/roles", icon: KeySquare, label: "Roles", permission: "member.read" },
	],
} as const satisfies NavTable;

export const tokenTabs = {
	label: "Tokens",
	items: [
		{ to: "/tenants/$tenant/tokens/mine", icon: KeyRound, label: "Mine", permission: "tenant.read" },
		{ to: "/tenants/$tenant/tokens/services", icon: Bot, label: "Service accounts", permission: "token.manage" },
	],
} as const satisfies NavTable;

/** Every table, for the test that compares them with the pages. */
export const navTables: readonly NavTable[] = [accountNav, platformNav, ...workspaceNav, appTabs, teamTabs, tokenTabs];
