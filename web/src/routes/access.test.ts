// SPDX-License-Identifier: Apache-2.0
import type { AnyRoute } from "@tanstack/react-router";
import { describe, expect, test } from "vitest";

import { giverOf, mayWith, newApplication, tenantPermissions } from "@/lib/permission";
import { createApp } from "@/router";
import { type Access, checkAccess, Forbidden, mayOpen } from "@/routes/access";
import { navTables } from "@/routes/nav";

import { everything, granted } from "@tests/grants";

type Row = { path: string; page: boolean; access: Access | undefined };

const rows: Row[] = Object.values(createApp().router.routesById as Record<string, AnyRoute>).map((route) => ({
	// An index page has the path of its layout, and a slash.
	path: (route.fullPath as string).replace(/(.)\/$/, "$1"),
	page: route.children === undefined,
	access: (route.options as { staticData?: { access?: Access } }).staticData?.access,
}));

const pages = new Map(rows.filter(({ page }) => page).map(({ path, access }) => [path, access]));

describe("a page", () => {
	test.each(rows)("declares who may open it: $path ($access)", ({ access }) => {
		expect(["account", "member", "platform.place.read", "platform.operation.read", "platform.tenant.read", ...tenantPermissions]).toContain(access);
	});

	test("of a tenant asks for a permission of that tenant", () => {
		expect(pages.size).toBeGreaterThan(20);
		for (const [path, access] of pages) {
			if (path.startsWith("/tenants/$tenant")) expect(tenantPermissions, path).toContain(access);
		}
	});

	test("in the navigation is there, and opens by the same permission", () => {
		for (const { items } of navTables) {
			for (const { to, permission } of items) expect(pages.get(to), to).toBe(permission);
		}
	});
});

describe("a grant", () => {
	test("without limits holds everywhere", () => {
		const may = mayWith(granted("app.deploy"));

		expect(may("app.deploy")).toBe(true);
		expect(may("app.deploy", "prod", "orders")).toBe(true);
		expect(may("app.deploy", undefined, newApplication)).toBe(true);
		expect(may("app.manage")).toBe(false);
	});

	test("for an environment holds there only", () => {
		const may = mayWith(granted("app.read", "app.deploy@dev"));

		expect(may("app.deploy")).toBe(true);
		expect(may("app.deploy", "dev")).toBe(true);
		expect(may("app.deploy", "prod")).toBe(false);
	});

	test("for an application makes no new ones", () => {
		const may = mayWith(granted("app.manage:orders", "app.deploy@dev:orders"));

		expect(may("app.manage", undefined, "orders")).toBe(true);
		expect(may("app.manage", undefined, "billing")).toBe(false);
		expect(may("app.manage", undefined, newApplication)).toBe(false);
		expect(may("app.deploy", "dev", "orders")).toBe(true);
		expect(may("app.deploy", "prod", "orders")).toBe(false);
		expect(may("app.deploy", "dev", "billing")).toBe(false);
	});
});

describe("the guard", () => {
	const match = (access: Access, params = {}) => ({ staticData: { access }, params });

	test("stops at the first page whose permission is missing", () => {
		const open = () => checkAccess([match("member"), match("app.read"), match("log.read")], granted("app.read"));

		expect(open).toThrow(Forbidden);
		expect(open).toThrow("log.read");
	});

	test("asks for the application of the address", () => {
		const grants = granted("app.read:orders");

		expect(() => checkAccess([match("app.read", { app: "orders" })], grants)).not.toThrow();
		expect(() => checkAccess([match("app.read", { app: "billing" })], grants)).toThrow(Forbidden);
	});

	test("lets everybody onto pages without a permission, and an owner everywhere", () => {
		for (const access of ["account", "member"] as const) expect(mayOpen(access, [])).toBe(true);
		for (const access of tenantPermissions) {
			expect(mayOpen(access, [])).toBe(false);
			expect(mayOpen(access, everything)).toBe(true);
		}
	});
});

test.each([
	["platform.account.read", "operator"],
	["tenant.delete", "owner"],
	["sso.manage", "owner"],
	["audit.read", "owner or admin"],
] as const)("%s is given by an %s", (permission, giver) => {
	expect(giverOf(permission)).toBe(giver);
});
